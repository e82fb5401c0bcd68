using System.Diagnostics.Metrics;

namespace StreamMoe.Worker.Metrics;

/// <summary>Collects the instruments of one meter and writes them as Prometheus's text.</summary>
/// <remarks>
/// It listens from the beginning. Counters and gauges are observable and come through the listener at each scrape, so a series lives exactly as long
/// as what it tells of. Histograms come from where they are counted (<see cref="HistogramReading"/>): a listener would have to add them up itself,
/// and to find out when a partition has gone. Scrapes wait for each other; they take no lock of the learner's.
/// </remarks>
internal sealed class PrometheusExporter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Func<string, IEnumerable<HistogramReading>> _histograms;
    private readonly List<Family> _families = [];
    private readonly PrometheusText _text = new();
    private readonly Lock _lock = new();

    /// <param name="meter">Whose instruments are exported; all of them exist already.</param>
    /// <param name="histograms">Reads the histogram of a name.</param>
    public PrometheusExporter(Meter meter, Func<string, IEnumerable<HistogramReading>> histograms)
    {
        _histograms = histograms;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter)) return;
            Family family = new(instrument);
            _families.Add(family);
            if (family.Type != "histogram") listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((Family)family!).Add(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((Family)family!).Add(value, tags));
        _listener.Start();
    }

    /// <summary>Reads every instrument now.</summary>
    /// <returns>The text as UTF-8.</returns>
    public byte[] Scrape()
    {
        lock (_lock)
        {
            foreach (Family family in _families) family.Clear();
            _listener.RecordObservableInstruments();
            _text.Clear();
            foreach (Family family in _families) Write(family);
            return _text.Written.ToArray();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Write(Family family)
    {
        HistogramReading[] histograms = family.Type == "histogram" ? [.. _histograms(family.Name)] : [];
        if (family.Samples.Count == 0 && histograms.Length == 0) return;
        _text.Family(family.Name, family.Type, family.Help);
        foreach ((double value, KeyValuePair<string, object?>[] labels) in family.Samples) _text.Sample(family.Name, "", labels, value);
        foreach (HistogramReading reading in histograms) Write(family.Name, reading);
    }

    private void Write(string name, HistogramReading reading)
    {
        for (int b = 0; b <= reading.Bounds.Count; b++)
            _text.Sample(name, "_bucket", reading.Labels, reading.Cumulative[b], b < reading.Bounds.Count ? reading.Bounds[b] : double.PositiveInfinity);
        _text.Sample(name, "_sum", reading.Labels, reading.Sum);
        _text.Sample(name, "_count", reading.Labels, reading.Cumulative[^1]);
    }

    private sealed class Family(Instrument instrument)
    {
        public string Name => instrument.Name;

        public string Help => instrument.Description ?? "";

        public string Type { get; } = TypeOf(instrument);

        public List<(double Value, KeyValuePair<string, object?>[] Labels)> Samples { get; } = [];

        public void Clear() => Samples.Clear();

        public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Samples.Add((value, tags.ToArray()));

        private static string TypeOf(Instrument instrument)
        {
            Type open = instrument.GetType().GetGenericTypeDefinition();
            return open == typeof(ObservableCounter<>) ? "counter" : open == typeof(ObservableGauge<>) ? "gauge" : open == typeof(Histogram<>) ? "histogram"
                : throw new InvalidOperationException($"Instrument {instrument.Name} is a {open.Name}; metrics are observable counters, observable gauges and histograms.");
        }
    }
}
