using System.Globalization;
using System.Text.Json;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.StreamHost.Compare;

/// <summary>An earlier comparison, read back from the document that <see cref="CompareJson"/> wrote.</summary>
/// <remarks>Per-class figures are not in a document, so those of its runs are empty. A stream that is a file goes by its name without folder.</remarks>
internal sealed record CompareDocument
{
    // Sums of as many runs as anybody has stay far from the ends of their types.
    private const long MostCount = 1L << 53;
    private const double MostSeconds = 1e12;

    public required string File { get; init; }
    public required IReadOnlyList<string> Streams { get; init; }
    public required IReadOnlyList<long> Seeds { get; init; }
    public required int Threads { get; init; }
    public required int LabelDelay { get; init; }
    public required long? ModelSeed { get; init; }
    public required StreamDerivation Derivation { get; init; }
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
        CompareDocument document = new()
        {
            File = file,
            Streams = Once("streams", root.GetProperty("streams").EnumerateArray().Select(s => NameOf(TextOf(s, "a stream")))),
            Seeds = Once("seeds", root.GetProperty("seeds").EnumerateArray().Select(s => s.GetInt64())),
            Threads = (int)Count(root, "threads", int.MaxValue),
            LabelDelay = (int)Count(root, "labelDelay", int.MaxValue),
            ModelSeed = root.TryGetProperty("modelSeed", out JsonElement modelSeed) ? modelSeed.GetInt64() : null,
            Derivation = new StreamDerivation(root.TryGetProperty("thin", out JsonElement thin) ? TextOf(thin, "thin") : null,
                root.TryGetProperty("noiseAttributes", out _) ? (int)Count(root, "noiseAttributes", int.MaxValue) : 0),
            Models = [.. root.GetProperty("models").EnumerateArray().Select(ModelOf)],
            Runs = [.. root.GetProperty("results").EnumerateArray().SelectMany(RunsOf)],
            ProcessPeakBytes = Count(root, "processPeakMemoryBytes"),
        };
        Once("models", document.Models.Select(m => m.Name));
        if (document.Streams.Count * document.Seeds.Count * document.Models.Count == 0) throw new FormatException("streams, seeds and models must have one each at least.");
        Once("results", document.Runs.Select(r => (r.Stream, r.Model, r.Seed)), r => $"{Snippet.Name(r.Model)} on {Snippet.Name(r.Stream)} with seed {r.Seed}");
        foreach (ModelRun run in document.Runs)
            if (!document.Streams.Contains(run.Stream) || !document.Seeds.Contains(run.Seed) || !document.Models.Any(m => m.Name == run.Model))
                throw new FormatException($"results has {Snippet.Name(run.Model)} on {Snippet.Name(run.Stream)} with seed {run.Seed}, but streams, models and seeds do not name all three.");
        return document;
    }

    private static string NameOf(string stream) => StreamOpener.IsFile(stream) ? Path.GetFileName(stream) : stream;

    private static ReportedModel ModelOf(JsonElement model)
    {
        string name = Text(model, "model");
        KeyValuePair<string, string>[] options = [.. model.GetProperty("options").EnumerateObject().Select(o => KeyValuePair.Create(o.Name, TextOf(o.Value, o.Name)))];
        Once($"options of {Snippet.Name(name)}", options.Select(o => o.Key));
        return new ReportedModel(name, Text(model, "preset"), options);
    }

    private static IEnumerable<ModelRun> RunsOf(JsonElement cell)
    {
        string stream = NameOf(Text(cell, "stream")), model = Text(cell, "model");
        return cell.GetProperty("runs").EnumerateArray().Select(run => new ModelRun
        {
            Stream = stream,
            Model = model,
            Seed = run.GetProperty("seed").GetInt64(),
            Instances = Count(run, "instances"),
            BadRows = Count(run, "badRows"),
            Total = TotalOf(run),
            Seconds = Number(run, "seconds", 0, MostSeconds),
            CpuSeconds = Number(run, "cpuSeconds", 0, MostSeconds),
            PeakModelBytes = Count(run, "peakModelBytes"),
        });
    }

    private static EvaluationSnapshot TotalOf(JsonElement run) => new()
    {
        Results = Count(run, "scored"),
        TotalWeight = Count(run, "scored"),
        Accuracy = Ratio(run, "accuracy", 0),
        Kappa = Ratio(run, "kappa"),
        KappaM = Ratio(run, "kappaM"),
        KappaT = Ratio(run, "kappaT"),
        GMean = Late(run, "gMean"),
        BalancedAccuracy = Late(run, "balancedAccuracy"),
        PrAuc = Late(run, "prAuc"),
        Precision = [],
        Recall = [],
        F1 = [],
        MacroPrecision = null,
        MacroRecall = null,
        MacroF1 = null,
    };

    private static T[] Once<T>(string what, IEnumerable<T> values, Func<T, string>? show = null)
    {
        T[] all = [.. values];
        if (all.GroupBy(v => v).FirstOrDefault(g => g.Count() > 1) is not { } twice) return all;
        throw new FormatException($"{what} has {show?.Invoke(twice.Key) ?? Snippet.Name($"{twice.Key}")} twice.");
    }

    private static string Text(JsonElement parent, string name) => TextOf(parent.GetProperty(name), name);

    private static string TextOf(JsonElement value, string what) => value.GetString() ?? throw new FormatException($"{Snippet.Name(what)} is null; must be a text.");

    private static long Count(JsonElement parent, string name, long most = MostCount)
        => parent.GetProperty(name).GetInt64() is var count && count >= 0 && count <= most ? count : throw new FormatException($"{name} was {count}; must be in [0, {most}].");

    /// <summary>A ratio that documents before 0.2.0 do not have.</summary>
    private static double? Late(JsonElement run, string name) => run.TryGetProperty(name, out _) ? Ratio(run, name, 0) : null;

    private static double? Ratio(JsonElement run, string name, double least = double.MinValue)
        => run.GetProperty(name).ValueKind == JsonValueKind.Null ? null : Number(run, name, least, 1);

    private static double Number(JsonElement run, string name, double least, double most) => run.GetProperty(name).GetDouble() is var value && value >= least && value <= most ? value
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} was {value}; must be in [{least}, {most}]."));
}
