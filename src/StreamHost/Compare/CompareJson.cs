using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamMoe.StreamHost.Compare;

/// <summary>Writes a comparison as one JSON document. Ratios are not per cent; what is undefined is null.</summary>
/// <remarks>
/// <code>
/// {"streams":["led-abrupt","sea-abrupt"],"seeds":[1,2,3],"threads":2,"labelDelay":0,"interrupted":false,
///  "modelSeed":7,"thin":"yes:0.01","noiseAttributes":40,         each only when it was given
///  "completeStreams":2,                          streams on which every model has a scored run of every seed: those that are ranked
///  "models":[{"model":"moe-data:topK=2",         as in --models; a configuration file by its name without folder and ending
///    "preset":"moe-data","meanRank":1.5,"meanAccuracy":0.81,      over the complete streams; null without any
///    "options":{"topK":"2", …}}],                all learning options, defaults included
///  "results":[                                   one a stream and model, streams outermost, in the order of the command line
///   {"stream":"led-abrupt","model":"moe-data:topK=2",
///    "accuracy":0.7310,"standardDeviation":0.0004,                mean over the seeds, and deviation with n − 1 (null with one seed)
///    "rank":2,                                   on this stream, 1 the best, ties share their mean; null when it is not complete
///    "instancesPerCpuSecond":46728.9,            instances of all seeds by their CPU seconds
///    "peakModelBytes":123456,                    largest size of the model's state, looked at every 10,000 instances and at the end
///    "runs":[{"seed":1,"instances":1000000,"scored":1000000,"badRows":0,"accuracy":0.7310,"kappa":…,"kappaM":…,"kappaT":…,
///             "gMean":…,"balancedAccuracy":…,"prAuc":…,                     the last for two classes
///             "seconds":21.4,"cpuSeconds":40.1,"peakModelBytes":123456}]}],       finished runs only
///  "friedman":{"chiSquare":9.28,"degreesOfFreedom":3,"p":0.0258,                  null with fewer than two models or complete streams
///    "f":3.69,"fDegreesOfFreedom":[3,39],"fP":0.0197},            Iman and Davenport; f is null, and fP 0, when its denominator is 0
///  "nemenyi":{"alpha":0.05,"criticalDifference":1.25,             null as friedman, and beyond 20 models
///    "different":[["better","worse"]]},          pairs whose mean ranks differ by at least that
///  "processPeakMemoryBytes":123456789}           peak working set; all runs share the process
/// </code>
/// </remarks>
internal static class CompareJson
{
    public static void Write(Stream output, CompareReport report)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartArray("streams");
        foreach (string stream in report.Streams) json.WriteStringValue(stream);
        json.WriteEndArray();
        json.WriteStartArray("seeds");
        foreach (long seed in report.Seeds) json.WriteNumberValue(seed);
        json.WriteEndArray();
        json.WriteNumber("threads", report.Threads);
        json.WriteNumber("labelDelay", report.LabelDelay);
        if (report.ModelSeed is { } modelSeed) json.WriteNumber("modelSeed", modelSeed);
        if (report.Derivation.Thin is { } thin) json.WriteString("thin", thin);
        if (report.Derivation.NoiseAttributes > 0) json.WriteNumber("noiseAttributes", report.Derivation.NoiseAttributes);
        json.WriteBoolean("interrupted", report.Interrupted);
        json.WriteNumber("completeStreams", report.CompleteStreams);
        WriteModels(json, report);
        json.WriteStartArray("results");
        for (int s = 0; s < report.Streams.Count; s++)
            foreach (CompareCell cell in report.Row(s)) WriteCell(json, cell);
        json.WriteEndArray();
        WriteFriedman(json, report.Friedman);
        WriteNemenyi(json, report);
        json.WriteNumber("processPeakMemoryBytes", report.ProcessPeakBytes);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteModels(Utf8JsonWriter json, CompareReport report)
    {
        json.WriteStartArray("models");
        for (int m = 0; m < report.Models.Count; m++)
        {
            ReportedModel model = report.Models[m];
            json.WriteStartObject();
            json.WriteString("model", model.Name);
            json.WriteString("preset", model.Preset);
            WriteNumber(json, "meanRank", report.MeanRanks?[m]);
            WriteNumber(json, "meanAccuracy", report.MeanAccuracies?[m]);
            json.WriteStartObject("options");
            foreach ((string name, string value) in model.Options) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteCell(Utf8JsonWriter json, CompareCell cell)
    {
        json.WriteStartObject();
        json.WriteString("stream", cell.Stream);
        json.WriteString("model", cell.Model);
        WriteNumber(json, "accuracy", cell.Accuracy);
        WriteNumber(json, "standardDeviation", cell.Deviation);
        WriteNumber(json, "rank", cell.Rank);
        WriteNumber(json, "instancesPerCpuSecond", cell.InstancesPerCpuSecond);
        WriteNumber(json, "peakModelBytes", cell.PeakModelBytes);
        json.WriteStartArray("runs");
        foreach (ModelRun run in cell.Runs)
        {
            json.WriteStartObject();
            json.WriteNumber("seed", run.Seed);
            json.WriteNumber("instances", run.Instances);
            json.WriteNumber("scored", run.Total.Results);
            json.WriteNumber("badRows", run.BadRows);
            WriteNumber(json, "accuracy", run.Total.Accuracy);
            WriteNumber(json, "kappa", run.Total.Kappa);
            WriteNumber(json, "kappaM", run.Total.KappaM);
            WriteNumber(json, "kappaT", run.Total.KappaT);
            WriteNumber(json, "gMean", run.Total.GMean);
            WriteNumber(json, "balancedAccuracy", run.Total.BalancedAccuracy);
            WriteNumber(json, "prAuc", run.Total.PrAuc);
            json.WriteNumber("seconds", run.Seconds);
            json.WriteNumber("cpuSeconds", run.CpuSeconds);
            json.WriteNumber("peakModelBytes", run.PeakModelBytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFriedman(Utf8JsonWriter json, FriedmanTest? test)
    {
        if (test is null)
        {
            json.WriteNull("friedman");
            return;
        }
        json.WriteStartObject("friedman");
        json.WriteNumber("chiSquare", test.ChiSquare);
        json.WriteNumber("degreesOfFreedom", test.Degrees);
        json.WriteNumber("p", test.P);
        WriteNumber(json, "f", test.F);
        json.WriteStartArray("fDegreesOfFreedom");
        json.WriteNumberValue(test.Degrees);
        json.WriteNumberValue(test.DenominatorDegrees);
        json.WriteEndArray();
        json.WriteNumber("fP", test.FP);
        json.WriteEndObject();
    }

    private static void WriteNemenyi(Utf8JsonWriter json, CompareReport report)
    {
        if (report.CriticalDifference is not { } difference)
        {
            json.WriteNull("nemenyi");
            return;
        }
        json.WriteStartObject("nemenyi");
        json.WriteNumber("alpha", NemenyiTest.Alpha);
        json.WriteNumber("criticalDifference", difference);
        json.WriteStartArray("different");
        foreach ((string better, string worse) in report.DifferentPairs()!)
        {
            json.WriteStartArray();
            json.WriteStringValue(better);
            json.WriteStringValue(worse);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
