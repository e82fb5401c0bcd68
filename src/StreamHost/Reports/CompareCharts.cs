using System.Text.Json;
using StreamMoe.StreamHost.Compare;

namespace StreamMoe.StreamHost.Reports;

/// <summary>The curves of a comparison, one chart a stream: each line is a model, the mean over its seeds.</summary>
internal static class CompareCharts
{
    /// <summary>Most points of a line: 200; each is the mean of neighbours.</summary>
    public const int MostPoints = 200;

    /// <summary>Id of the element for a stream's chart.</summary>
    public static string IdOf(int stream) => $"chart-stream-{stream}";

    /// <summary>True when the runs of a stream have curves: those of earlier documents have none.</summary>
    public static bool HasCurves(CompareReport report, int stream) => report.Row(stream).Any(cell => cell.Runs.Any(r => r.Curve.Count > 1));

    /// <summary>Writes the charts of all streams that have curves.</summary>
    public static void Write(Utf8JsonWriter json, CompareReport report)
    {
        for (int s = 0; s < report.Streams.Count; s++)
            if (HasCurves(report, s)) Write(json, report, s);
    }

    private static void Write(Utf8JsonWriter json, CompareReport report, int stream)
    {
        CompareCell[] row = [.. report.Row(stream)];
        long[] positions = [.. row.SelectMany(c => c.Runs).OrderByDescending(r => r.Curve.Count).First().Curve.Select(p => p.Position)];
        int group = (positions.Length + MostPoints - 1) / MostPoints, points = (positions.Length + group - 1) / group;
        ReportPage.BeginChart(json, IdOf(stream), "accuracy", $"Accuracy on {report.Streams[stream]}", IdOf(stream));
        ReportPage.WriteAxis(json, row.SelectMany(c => c.Runs).Max(r => r.Instances));
        json.WriteStartArray("marks");
        json.WriteEndArray();
        json.WriteStartArray("x");
        for (int i = 0; i < points; i++) json.WriteNumberValue(positions[Math.Min((i + 1) * group, positions.Length) - 1]);
        json.WriteEndArray();
        json.WriteStartArray("lines");
        foreach (CompareCell cell in row.Where(c => c.Runs.Count > 0))
        {
            Dictionary<long, double> means = cell.Runs.SelectMany(r => r.Curve).Where(p => p.Accuracy is not null)
                .GroupBy(p => p.Position).ToDictionary(g => g.Key, g => g.Average(p => p.Accuracy!.Value));
            ReportPage.WriteLine(json, cell.Model, "model", Enumerable.Range(0, points).Select(i => MeanOf(means, positions.AsSpan(i * group, Math.Min(group, positions.Length - i * group)))));
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static double? MeanOf(Dictionary<long, double> means, ReadOnlySpan<long> positions)
    {
        double sum = 0;
        int count = 0;
        foreach (long position in positions)
        {
            if (!means.TryGetValue(position, out double mean)) continue;
            sum += mean;
            count++;
        }
        return count == 0 ? null : sum / count;
    }
}
