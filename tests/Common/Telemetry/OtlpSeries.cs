namespace StreamMoe.Tests.Common.Telemetry;

/// <summary>One series in a request for metrics.</summary>
/// <param name="Name">Of its metric.</param>
/// <param name="Type">counter (a cumulative, monotonic sum) or gauge.</param>
/// <param name="Help">Description of the metric.</param>
/// <param name="Labels">Attributes of the point.</param>
/// <param name="Value">Its value.</param>
/// <param name="Resource">Attributes of the resource.</param>
internal sealed record OtlpSeries(string Name, string Type, string Help, IReadOnlyDictionary<string, string> Labels, double Value, IReadOnlyDictionary<string, string> Resource)
{
    /// <summary>Reads an ExportMetricsServiceRequest.</summary>
    public static IReadOnlyList<OtlpSeries> Read(byte[] body)
    {
        List<OtlpSeries> series = [];
        foreach (ProtobufFields resource in new ProtobufFields(body).Messages(1))
            foreach (ProtobufFields metric in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                bool isSum = metric.Has(7);
                ProtobufFields data = metric.Messages(isSum ? 7 : 5).Single();
                string type = !isSum ? "gauge" : data.Value(2) == 2 && data.Value(3) == 1 ? "counter" : throw new InvalidDataException($"{metric.Text(1)} is no cumulative, monotonic sum.");
                foreach (ProtobufFields point in data.Messages(1))
                    series.Add(new OtlpSeries(metric.Text(1), type, metric.Text(2), point.Attributes(7), BitConverter.UInt64BitsToDouble(point.Value(4)), resource.Messages(1).Single().Attributes(1)));
            }
        return series;
    }

    /// <summary>Name and labels, in one form for every writer.</summary>
    public static string KeyOf(string name, IReadOnlyDictionary<string, string> labels) => name + string.Concat(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"|{l.Key}={l.Value}"));
}
