using System.Globalization;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.StreamHost.Compare;

/// <summary>Makes one report of several earlier comparisons: streams and models in the order in which they come up first.</summary>
/// <remarks>What the documents say must be one experiment: the same seeds, label delay and threads, every model with the same options
/// everywhere, every stream and seed with as many instances for all models, and no stream with the same model twice.</remarks>
internal static class JoinedDocuments
{
    /// <summary>Joins documents.</summary>
    /// <param name="documents">At least one.</param>
    /// <exception cref="UsageException">Two of them contradict each other; the text names both files and what differs.</exception>
    public static CompareReport Join(IReadOnlyList<CompareDocument> documents)
    {
        List<string> streams = [];
        List<ReportedModel> models = [];
        List<ModelRun> runs = [];
        Dictionary<(string, string), string> cells = [];
        Dictionary<string, string> files = [];
        CompareDocument first = documents[0];
        foreach (CompareDocument document in documents)
        {
            CheckSame(first, document, "seeds", d => string.Join(',', d.Seeds));
            CheckSame(first, document, "threads", d => d.Threads.ToString(CultureInfo.InvariantCulture));
            CheckSame(first, document, "label delay", d => d.LabelDelay.ToString(CultureInfo.InvariantCulture));
            CheckSame(first, document, "model seed", d => d.ModelSeed?.ToString(CultureInfo.InvariantCulture) ?? "each run's own");
            CheckSame(first, document, "making of the streams", d => $"as written{d.Derivation}");
            streams.AddRange(document.Streams.Where(s => !streams.Contains(s)));
            foreach (ReportedModel model in document.Models)
            {
                if (models.Find(m => m.Name == model.Name) is { } known) CheckOptions(known, files[model.Name], model, document.File);
                else
                {
                    models.Add(model);
                    files[model.Name] = document.File;
                }
            }
            foreach ((string stream, string model) in document.Runs.Select(r => (r.Stream, r.Model)).Distinct())
                if (!cells.TryAdd((stream, model), document.File))
                    throw new UsageException($"--results: {cells[(stream, model)]} and {document.File} both have {Snippet.Name(model)} on {Snippet.Name(stream)}; leave one of them out.");
            runs.AddRange(document.Runs);
        }
        CheckInstances(runs, cells);
        return new CompareReport(streams, models, first.Seeds, runs)
        {
            Threads = first.Threads,
            LabelDelay = first.LabelDelay,
            ModelSeed = first.ModelSeed,
            Derivation = first.Derivation,
            Interrupted = false,
            ProcessPeakBytes = documents.Max(d => d.ProcessPeakBytes),
        };
    }

    private static void CheckSame(CompareDocument a, CompareDocument b, string what, Func<CompareDocument, string> value)
    {
        if (value(a) != value(b)) throw Differ(what, a.File, value(a), b.File, value(b));
    }

    private static void CheckOptions(ReportedModel a, string fileOfA, ReportedModel b, string fileOfB)
    {
        Dictionary<string, string> other = b.Options.ToDictionary(o => o.Key, o => o.Value);
        foreach ((string name, string value) in a.Options)
        {
            string found = other.TryGetValue(name, out string? v) ? v : "not there";
            if (found != value) throw Differ($"option {Snippet.Name(name)} of {Snippet.Name(a.Name)}", fileOfA, value, fileOfB, found);
            other.Remove(name);
        }
        if (other.Count > 0) throw Differ($"option {Snippet.Name(other.First().Key)} of {Snippet.Name(a.Name)}", fileOfA, "not there", fileOfB, other.First().Value);
    }

    private static void CheckInstances(List<ModelRun> runs, Dictionary<(string, string), string> cells)
    {
        foreach (IGrouping<(string, long), ModelRun> same in runs.GroupBy(r => (r.Stream, r.Seed)))
        {
            ModelRun a = same.First();
            if (same.FirstOrDefault(r => r.Instances != a.Instances) is { } b)
                throw Differ($"number of instances of {Snippet.Name(a.Stream)}, seed {a.Seed},", cells[(a.Stream, a.Model)], $"{a.Instances}", cells[(b.Stream, b.Model)], $"{b.Instances}");
        }
    }

    private static UsageException Differ(string what, string fileOfA, string a, string fileOfB, string b)
        => new($"--results: the {what} must be the same in all documents; was {Snippet.Name(a)} in {fileOfA} and {Snippet.Name(b)} in {fileOfB}.");
}
