using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.StreamHost.Compare;

namespace StreamMoe.StreamHost.Tests.Compare;

public sealed class CompareReportTests
{
    [Fact]
    public void Cell_ThreeSeeds_MeanSampleDeviationSpeedAndPeak()
    {
        CompareReport report = Report(["s"], ["majority"], [1, 2, 3], Run("s", "majority", 1, 7, 2, 100), Run("s", "majority", 2, 8, 1, 300), Run("s", "majority", 3, 9, 1, 200));

        CompareCell cell = Assert.Single(report.Row(0));
        Assert.Equal(0.8, cell.Accuracy!.Value, 12);
        Assert.Equal(0.1, cell.Deviation!.Value, 12);
        Assert.Equal(30 / 4.0, cell.InstancesPerCpuSecond);
        Assert.Equal(300, cell.PeakModelBytes);
        Assert.Equal(1, cell.Rank);
    }

    [Fact]
    public void Report_OneSeedOneStreamOneModel_UndefinedFiguresAreNull()
    {
        CompareReport report = Report(["s"], ["majority"], [1], Run("s", "majority", 1, 7));

        Assert.Null(report.Row(0).Single().Deviation);
        Assert.Null(report.Friedman);
        Assert.Null(report.CriticalDifference);
        Assert.Null(report.DifferentPairs());
        Assert.Equal([1], report.MeanRanks!);
    }

    [Fact]
    public void Report_StreamsNotComplete_AreShownButNotRanked()
    {
        CompareReport report = Report(["s", "t", "u"], ["majority", "no-change"], [1, 2],
            Run("s", "majority", 1, 7), Run("s", "majority", 2, 7), Run("s", "no-change", 1, 9), Run("s", "no-change", 2, 9),
            Run("t", "majority", 1, 9), Run("t", "majority", 2, 9), Run("t", "no-change", 1, 7));

        Assert.Equal(1, report.CompleteStreams);
        Assert.Equal([2.0, 1.0], report.Row(0).Select(c => c.Rank!.Value));
        Assert.All(report.Row(1), cell => Assert.Null(cell.Rank));
        Assert.Equal([0.9, 0.7], report.Row(1).Select(c => c.Accuracy!.Value));
        Assert.All(report.Row(2), cell => Assert.Null(cell.Accuracy));
        Assert.Equal([2.0, 1.0], report.MeanRanks!);
        Assert.Equal([0.7, 0.9], report.MeanAccuracies!.Select(a => Math.Round(a, 12)));
        Assert.Null(report.Friedman);
    }

    [Fact]
    public void Report_RunsWithoutAnyScore_AreNotRanked()
    {
        ModelRun unlabelled = Run("s", "majority", 1, 5) with { Total = new PrequentialEvaluator(2).Snapshot() };

        CompareReport report = Report(["s"], ["majority"], [1], unlabelled);

        Assert.Null(report.Row(0).Single().Accuracy);
        Assert.Equal(0, report.CompleteStreams);
        Assert.Null(report.MeanRanks);
    }

    [Fact]
    public void DifferentPairs_RankDifferenceAtLeastCritical_BetterOneFirst()
    {
        // Two models, five streams, all alike: ranks 1 and 2 differ by 1, and the critical difference is 1.96·√(6/30) = 0.88. With three streams it is 1.13.
        string[] streams = ["a", "b", "c", "d", "e"];
        ModelRun[] runs = [.. streams.SelectMany(s => new[] { Run(s, "majority", 1, 6), Run(s, "no-change", 1, 8) })];

        Assert.Equal([("no-change", "majority")], Report(streams, ["majority", "no-change"], [1], runs).DifferentPairs()!);
        Assert.Empty(Report(streams[..3], ["majority", "no-change"], [1], runs).DifferentPairs()!);
    }

    private static CompareReport Report(string[] streams, string[] models, long[] seeds, params ModelRun[] runs)
        => new(streams, [.. models.Select(m => ComparedModel.ReadAll(m).Single().Reported)], seeds, runs) { Threads = 1, LabelDelay = 0, Interrupted = false, ProcessPeakBytes = 1 };

    /// <summary>A run of ten instances.</summary>
    private static ModelRun Run(string stream, string model, long seed, int right, double cpuSeconds = 1, long bytes = 1)
    {
        PrequentialEvaluator evaluator = new(2);
        for (int i = 0; i < 10; i++) evaluator.Add(0, i < right ? 0 : 1);
        return new ModelRun { Stream = stream, Model = model, Seed = seed, Instances = 10, BadRows = 0, Total = evaluator.Snapshot(), Seconds = 1, CpuSeconds = cpuSeconds, PeakModelBytes = bytes };
    }
}
