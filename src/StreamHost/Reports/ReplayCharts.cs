using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.StreamHost.Replay;

namespace StreamMoe.StreamHost.Reports;

/// <summary>The data of a replay report's charts, in the shapes that charts.js documents.</summary>
internal static class ReplayCharts
{
    private const int ThroughputPoints = 75;
    private const string Group = "stream";

    /// <summary>Writes the accuracy, the pool and the routing where there is more than one expert, and the throughput.</summary>
    public static void Write(Utf8JsonWriter json, ReplayReport report, ReplayRecorder recorder)
    {
        WriteAccuracy(json, report, recorder);
        if (recorder.Pool.Count > 1)
        {
            WritePool(json, report, recorder);
            WriteRouting(json, report, recorder);
        }
        WriteThroughput(json, report, recorder);
    }

    private static void WriteAccuracy(Utf8JsonWriter json, ReplayReport report, ReplayRecorder recorder)
    {
        Begin(json, "chart-accuracy", "accuracy", $"Accuracy of the last {report.WindowSize} instances", report, recorder);
        WriteNumbers(json, "x", report.Curve.Select(p => p.Position));
        json.WriteStartArray("lines");
        ReportPage.WriteLine(json, report.Model, "model", report.Curve.Select(p => p.Accuracy));
        ReportPage.WriteLine(json, "no change", "floor", report.Curve.Select(p => recorder.FloorsAt(p.Position).NoChange));
        ReportPage.WriteLine(json, "majority class", "floor", report.Curve.Select(p => recorder.FloorsAt(p.Position).Majority));
        json.WriteEndArray();
        End(json);
    }

    private static void WriteThroughput(Utf8JsonWriter json, ReplayReport report, ReplayRecorder recorder)
    {
        // Over less than this many points the time of a stretch is too short to say much.
        int step = Math.Max(1, recorder.Points.Count / ThroughputPoints);
        RecordedPoint[] points = [.. recorder.Points.Where((_, i) => (i + 1) % step == 0 || i == recorder.Points.Count - 1)];
        Begin(json, "chart-throughput", "rate", "Instances a second", report, recorder, marks: false);
        WriteNumbers(json, "x", points.Select(p => p.Position));
        json.WriteStartArray("lines");
        ReportPage.WriteLine(json, "instances a second", "model", points.Select((p, i) =>
        {
            (long position, TimeSpan elapsed) = i == 0 ? (recorder.From, TimeSpan.Zero) : (points[i - 1].Position, points[i - 1].Elapsed);
            double seconds = (p.Elapsed - elapsed).TotalSeconds;
            return seconds > 0 ? Math.Round((p.Position - position) / seconds) : (double?)null;
        }));
        json.WriteEndArray();
        End(json);
    }

    private static void WritePool(Utf8JsonWriter json, ReplayReport report, ReplayRecorder recorder)
    {
        Begin(json, "chart-pool", "pool", "Experts of the pool", report, recorder);
        json.WriteStartArray("experts");
        foreach (PoolTimeline.Expert expert in recorder.Pool.Experts)
        {
            json.WriteStartObject();
            json.WriteNumber("id", expert.Id);
            json.WriteString("kind", expert.Kind);
            json.WriteStartArray("intervals");
            for (int i = 0; i < expert.States.Count; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("from", expert.States[i].From);
                json.WriteNumber("to", i + 1 < expert.States.Count ? expert.States[i + 1].From : report.Instances);
                json.WriteString("state", NameOf(expert.States[i].State));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("events");
            foreach ((long position, var kind) in expert.Events)
            {
                json.WriteStartObject();
                json.WriteNumber("x", position);
                json.WriteString("kind", kind.ToString().ToLowerInvariant());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        End(json);
    }

    private static void WriteRouting(Utf8JsonWriter json, ReplayReport report, ReplayRecorder recorder)
    {
        Begin(json, "chart-routing", "heat", "Routing share of each expert", report, recorder);
        WriteNumbers(json, "x", recorder.Points.Select(p => p.Position));
        json.WriteStartArray("rows");
        foreach (PoolTimeline.Expert expert in recorder.Pool.Experts)
        {
            json.WriteStartObject();
            json.WriteNumber("id", expert.Id);
            json.WriteString("kind", expert.Kind);
            json.WriteStartArray("shares");
            foreach (RecordedPoint point in recorder.Points)
                ReportPage.WriteRatio(json, point.Shares.TryGetValue(expert.Id, out double share) ? share : null);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        End(json);
    }

    private static void Begin(Utf8JsonWriter json, string id, string kind, string title, ReplayReport report, ReplayRecorder recorder, bool marks = true)
    {
        ReportPage.BeginChart(json, id, kind, title, Group);
        ReportPage.WriteAxis(json, report.Instances);
        json.WriteStartArray("marks");
        if (marks)
        {
            // charts.js wants one ascending list.
            var all = recorder.Marks.Drifts.Select(m => ("drift", m)).Concat(recorder.Marks.Warnings.Select(m => ("warning", m)));
            foreach ((string of, SignalMarks.Mark mark) in all.OrderBy(m => m.m.Position))
            {
                json.WriteStartObject();
                json.WriteNumber("x", mark.Position);
                json.WriteString("kind", of);
                json.WriteString("source", mark.Source);
                json.WriteString("detector", mark.Detector);
                json.WriteNumber("count", mark.Count);
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static string NameOf(PoolMemberState state) => state.ToString().ToLowerInvariant();
}
