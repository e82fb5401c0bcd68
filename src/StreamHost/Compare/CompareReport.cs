using StreamMoe.StreamHost.Arguments;

namespace StreamMoe.StreamHost.Compare;

/// <summary>Everything that a comparison has to say, for the text and the JSON writer alike.</summary>
/// <remarks>Ranks and tests are over the complete streams: those on which every model has a scored run of every seed.</remarks>
internal sealed class CompareReport
{
    private readonly CompareCell[,] _cells;

    public CompareReport(IReadOnlyList<string> streams, IReadOnlyList<ReportedModel> models, IReadOnlyList<long> seeds, IEnumerable<ModelRun> runs)
    {
        (Streams, Models, Seeds) = (streams, models, seeds);
        ILookup<(string, string), ModelRun> byCell = runs.ToLookup(r => (r.Stream, r.Model));
        _cells = new CompareCell[streams.Count, models.Count];
        List<IReadOnlyList<double>> rows = [];
        for (int s = 0; s < streams.Count; s++)
        {
            for (int m = 0; m < models.Count; m++)
                _cells[s, m] = new CompareCell(streams[s], models[m].Name, [.. byCell[(streams[s], models[m].Name)]]);
            CompareCell[] row = [.. Row(s)];
            if (!row.All(cell => cell.IsComplete(seeds.Count))) continue;
            double[] accuracies = [.. row.Select(cell => cell.Accuracy!.Value)];
            double[] ranks = Ranks.Of(accuracies);
            for (int m = 0; m < models.Count; m++) row[m].Rank = ranks[m];
            rows.Add(accuracies);
        }
        CompleteStreams = rows.Count;
        if (rows.Count == 0) return;
        MeanRanks = Ranks.MeanOver(rows);
        MeanAccuracies = [.. Enumerable.Range(0, models.Count).Select(m => rows.Average(row => row[m]))];
        Friedman = FriedmanTest.Of(MeanRanks, rows.Count);
        CriticalDifference = NemenyiTest.CriticalDifference(models.Count, rows.Count);
    }

    public IReadOnlyList<string> Streams { get; }

    public IReadOnlyList<ReportedModel> Models { get; }

    public IReadOnlyList<long> Seeds { get; }

    public required int Threads { get; init; }

    /// <value>How many instances later a label was learned, ≥ 0.</value>
    public required int LabelDelay { get; init; }

    /// <value>Seed of the model in all runs; null when it was each run's own.</value>
    public long? ModelSeed { get; init; }

    /// <value>What was made of every stream.</value>
    public StreamDerivation Derivation { get; init; } = StreamDerivation.None;

    /// <value>True when runs are missing: stopped by Ctrl-C or by a fault.</value>
    public required bool Interrupted { get; init; }

    /// <value>Peak working set of the process, in bytes: of all runs together, since they share one process.</value>
    public required long ProcessPeakBytes { get; init; }

    /// <value>Streams that are ranked, in [0, number of streams].</value>
    public int CompleteStreams { get; }

    /// <value>Mean rank of each model over the complete streams; null without any.</value>
    public IReadOnlyList<double>? MeanRanks { get; }

    /// <value>Mean accuracy of each model over the complete streams, each counting once; null without any.</value>
    public IReadOnlyList<double>? MeanAccuracies { get; }

    /// <value>Null with fewer than two models or two complete streams.</value>
    public FriedmanTest? Friedman { get; }

    /// <value>Nemenyi's critical difference at 0.05; null where it is not defined or not given.</value>
    public double? CriticalDifference { get; }

    /// <summary>The cells of one stream, in the order of the models.</summary>
    public IEnumerable<CompareCell> Row(int stream) => Enumerable.Range(0, Models.Count).Select(m => _cells[stream, m]);

    /// <summary>The pairs of models that differ by the Nemenyi test, the better one first; null where there is no critical difference.</summary>
    public IReadOnlyList<(string Better, string Worse)>? DifferentPairs()
    {
        if (CriticalDifference is not { } difference || MeanRanks is not { } ranks) return null;
        return [.. from a in Enumerable.Range(0, Models.Count)
                   from b in Enumerable.Range(0, Models.Count)
                   where ranks[b] - ranks[a] >= difference
                   select (Models[a].Name, Models[b].Name)];
    }
}
