using System.Text.Encodings.Web;
using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Writes a replay's result as one JSON document. Ratios are not per cent; an undefined ratio is null.</summary>
internal static class ReplayJson
{
    private static readonly (string Name, PoolEventKind Kind)[] s_decisions =
    [
        ("spawned", PoolEventKind.Spawn), ("promoted", PoolEventKind.Promote), ("dropped", PoolEventKind.Drop),
        ("merged", PoolEventKind.Merge), ("pruned", PoolEventKind.Prune), ("revived", PoolEventKind.Revive),
    ];

    public static void Write(Stream output, ReplayReport report)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("stream", report.Stream);
        json.WriteString("model", report.Model);
        json.WriteNumber("seed", report.Seed);
        json.WriteNumber("modelSeed", report.ModelSeed);
        if (report.Derivation.Thin is { } thin) json.WriteString("thin", thin);
        if (report.Derivation.NoiseAttributes > 0) json.WriteNumber("noiseAttributes", report.Derivation.NoiseAttributes);
        json.WriteNumber("instances", report.Instances);
        json.WriteNumber("scored", report.Total.Results);
        json.WriteNumber("badRows", report.BadRows);
        json.WriteNumber("classes", report.Classes);
        json.WriteNumber("threads", report.Threads);
        json.WriteNumber("labelDelay", report.LabelDelay);
        if (report.Partitions is { } partitions) WritePartitions(json, partitions);
        json.WriteBoolean("interrupted", report.Interrupted);
        WriteRatios(json, report.Total);
        WriteRatio(json, "prAuc", report.Total.PrAuc);
        json.WriteStartObject("window");
        json.WriteNumber("size", report.WindowSize);
        WriteRatios(json, report.Window);
        json.WriteEndObject();
        json.WriteNumber("seconds", report.Seconds);
        json.WriteNumber("cpuSeconds", report.CpuSeconds);
        WriteRatio(json, "instancesPerSecond", report.InstancesPerSecond);
        json.WriteNumber("peakMemoryBytes", report.PeakMemoryBytes);
        json.WriteNumber("modelBytes", report.ModelBytes);
        WriteClasses(json, report);
        WriteExperts(json, report.FinalExperts, report.History);
        WriteDrifts(json, report.History);
        WriteCurve(json, report.Curve);
        json.WriteStartArray("schema");
        foreach (ReportedAttribute attribute in report.Schema)
        {
            json.WriteStartObject();
            json.WriteString("name", attribute.Name);
            json.WriteString("type", attribute.Values is null ? "numeric" : "nominal");
            if (attribute.Values is { } values) json.WriteNumber("values", values);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notices");
        foreach (string notice in report.Notices) json.WriteStringValue(notice);
        json.WriteEndArray();
        json.WriteStartObject("options");
        foreach ((string name, string value) in report.Options) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WritePartitions(Utf8JsonWriter json, PartitionsReport report)
    {
        json.WriteNumber("partitions", report.Partitions);
        json.WriteString("learners", report.Learners);
        json.WriteString("split", report.Split);
        json.WriteNumber("disorder", report.Disorder);
        if (report.PartitionAsAttribute) json.WriteBoolean("partitionAsAttribute", true);
        json.WriteStartArray("learnersDetail");
        for (int l = 0; l < report.Each.Count; l++)
        {
            ReplayedLearner learner = report.Each[l];
            json.WriteStartObject();
            json.WriteNumber("learner", l);
            json.WriteNumber("instances", learner.Count);
            WriteRatio(json, "accuracy", learner.Total.Accuracy);
            json.WriteNumber("modelBytes", learner.Learner.ByteSize);
            WriteExperts(json, learner.Learner.ExpertCount, learner.History);
            WriteDrifts(json, learner.History);
            WriteCurve(json, learner.Curve);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteExperts(Utf8JsonWriter json, int final, PoolHistory history)
    {
        json.WriteStartObject("experts");
        json.WriteNumber("final", final);
        foreach ((string name, PoolEventKind kind) in s_decisions) json.WriteNumber(name, history.CountOf(kind));
        json.WriteEndObject();
    }

    private static void WriteDrifts(Utf8JsonWriter json, PoolHistory history)
    {
        json.WriteStartArray("drifts");
        foreach (SignalPoint signal in history.Signals)
        {
            json.WriteStartObject();
            json.WriteNumber("position", signal.Position);
            json.WriteString("signal", signal.Signal);
            json.WriteString("source", signal.Source);
            json.WriteString("detector", signal.Detector);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteCurve(Utf8JsonWriter json, IReadOnlyList<CurvePoint> curve)
    {
        json.WriteStartArray("curve");
        foreach (CurvePoint point in curve)
        {
            json.WriteStartObject();
            json.WriteNumber("position", point.Position);
            WriteRatio(json, "accuracy", point.Accuracy);
            WriteRatio(json, "kappaM", point.KappaM);
            WriteRatio(json, "kappaT", point.KappaT);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRatios(Utf8JsonWriter json, EvaluationSnapshot values)
    {
        WriteRatio(json, "accuracy", values.Accuracy);
        WriteRatio(json, "kappa", values.Kappa);
        WriteRatio(json, "kappaM", values.KappaM);
        WriteRatio(json, "kappaT", values.KappaT);
        WriteRatio(json, "gMean", values.GMean);
        WriteRatio(json, "balancedAccuracy", values.BalancedAccuracy);
    }

    private static void WriteClasses(Utf8JsonWriter json, ReplayReport report)
    {
        json.WriteStartArray("perClass");
        for (int c = 0; c < report.Classes; c++)
        {
            json.WriteStartObject();
            json.WriteString("class", report.ClassNames[c]);
            WriteRatio(json, "precision", At(report.Total.Precision, c));
            WriteRatio(json, "recall", At(report.Total.Recall, c));
            WriteRatio(json, "f1", At(report.Total.F1, c));
            json.WriteEndObject();
        }
        json.WriteEndArray();

        static double? At(IReadOnlyList<double?> values, int index) => index < values.Count ? values[index] : null;
    }

    private static void WriteRatio(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } ratio && double.IsFinite(ratio)) json.WriteNumber(name, ratio);
        else json.WriteNull(name);
    }
}
