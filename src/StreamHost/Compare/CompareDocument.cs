using System.Text.Json;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Files;

namespace StreamMoe.StreamHost.Compare;

/// <summary>An earlier comparison, read back from the document that <see cref="CompareJson"/> wrote.</summary>
/// <remarks>Per-class figures are not in a document, so those of its runs are empty. A stream that is a file goes by its name without folder.</remarks>
internal sealed record CompareDocument
{
    public required string File { get; init; }
    public required IReadOnlyList<string> Streams { get; init; }
    public required IReadOnlyList<long> Seeds { get; init; }
    public required int Threads { get; init; }
    public required int LabelDelay { get; init; }
    public required IReadOnlyList<ReportedModel> Models { get; init; }
    public required IReadOnlyList<ModelRun> Runs { get; init; }
    public required long ProcessPeakBytes { get; init; }

    /// <summary>Reads a document.</summary>
    /// <exception cref="UsageException">The file is missing, is not such a document, or tells of an interrupted comparison.</exception>
    public static CompareDocument Read(string file)
    {
        if (!System.IO.File.Exists(file)) throw new UsageException($"--results: the file '{file}' was not found.");
        try
        {
            using FileStream stream = System.IO.File.OpenRead(file);
            using JsonDocument json = JsonDocument.Parse(stream);
            return Read(file, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UsageException($"--results: {file} is not a document of 'compare --format json': {(e is JsonException fault ? JsonFault.Of(fault) : e.Message)}");
        }
    }

    private static CompareDocument Read(string file, JsonElement root)
    {
        if (root.GetProperty("interrupted").GetBoolean())
            throw new UsageException($"--results: the comparison in {file} was interrupted, so runs are missing; run it again.");
        return new CompareDocument
        {
            File = file,
            Streams = [.. root.GetProperty("streams").EnumerateArray().Select(s => NameOf(s.GetString()!))],
            Seeds = [.. root.GetProperty("seeds").EnumerateArray().Select(s => s.GetInt64())],
            Threads = root.GetProperty("threads").GetInt32(),
            LabelDelay = root.GetProperty("labelDelay").GetInt32(),
            Models = [.. root.GetProperty("models").EnumerateArray().Select(ModelOf)],
            Runs = [.. root.GetProperty("results").EnumerateArray().SelectMany(RunsOf)],
            ProcessPeakBytes = root.GetProperty("processPeakMemoryBytes").GetInt64(),
        };
    }

    private static string NameOf(string stream) => StreamOpener.IsFile(stream) ? Path.GetFileName(stream) : stream;

    private static ReportedModel ModelOf(JsonElement model) => new(model.GetProperty("model").GetString()!, model.GetProperty("preset").GetString()!,
        [.. model.GetProperty("options").EnumerateObject().Select(o => KeyValuePair.Create(o.Name, o.Value.GetString()!))]);

    private static IEnumerable<ModelRun> RunsOf(JsonElement cell)
    {
        string stream = NameOf(cell.GetProperty("stream").GetString()!), model = cell.GetProperty("model").GetString()!;
        return cell.GetProperty("runs").EnumerateArray().Select(run => new ModelRun
        {
            Stream = stream,
            Model = model,
            Seed = run.GetProperty("seed").GetInt64(),
            Instances = run.GetProperty("instances").GetInt64(),
            BadRows = run.GetProperty("badRows").GetInt64(),
            Total = TotalOf(run),
            Seconds = run.GetProperty("seconds").GetDouble(),
            CpuSeconds = run.GetProperty("cpuSeconds").GetDouble(),
            PeakModelBytes = run.GetProperty("peakModelBytes").GetInt64(),
        });
    }

    private static EvaluationSnapshot TotalOf(JsonElement run) => new()
    {
        Results = run.GetProperty("scored").GetInt64(),
        TotalWeight = run.GetProperty("scored").GetInt64(),
        Accuracy = Ratio(run, "accuracy"),
        Kappa = Ratio(run, "kappa"),
        KappaM = Ratio(run, "kappaM"),
        KappaT = Ratio(run, "kappaT"),
        Precision = [],
        Recall = [],
        F1 = [],
        MacroPrecision = null,
        MacroRecall = null,
        MacroF1 = null,
    };

    private static double? Ratio(JsonElement run, string name) => run.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : null;
}
