using StreamMoe.DriftMoe;

namespace StreamMoe.Studies.Lifecycle;

/// <summary>What the lifecycle of the default model's pool does, saves and costs.</summary>
internal static class LifecycleStudy
{
    private const int ConceptLength = 8000, RecoveryWindow = 1000, CostInstances = 200_000;
    private static readonly int[] s_seeds = [1, 2, 3];
    private static readonly string[] s_streams = ["led-abrupt", "sea-abrupt", "rbf-moderate", "rbf-fast", "agrawal-abrupt", "sine-abrupt", "random-tree"];

    /// <summary>Five concepts in turn of which two alternate.</summary>
    private static readonly string s_alternating = "led-drift:numberAttributesDrift=1"
        + string.Concat(Enumerable.Range(1, 4).Select(i => $" @{i * ConceptLength}/1 led-drift:numberAttributesDrift={(i % 2 == 0 ? 1 : 7)}"));

    /// <value>The study over a stream of 1,000,000 instances.</value>
    public static Study Study { get; } = new("lifecycle", "What the lifecycle of the pool does, saves and costs.", "docs/lifecycle.md", page => Write(page, 1_000_000));

    /// <value>The same over 10,000,000 instances, for the table of bounded growth.</value>
    public static Study LongStudy { get; } = new("lifecycle-long", "The same with 10,000,000 instances in the table of growth.", "docs/lifecycle.md", page => Write(page, 10_000_000));

    private static void Write(TextWriter page, int growthInstances)
    {
        page.WriteLine($"""
            {LifecycleText.Rules}
            # Figures
            The page, figures and text, was written by
            ```
            {(growthInstances > 1_000_000 ? LongStudy : Study).Command}
            ```
            with {Origin.Text}, on one thread. Times are CPU times of a machine that may have had other work; accuracies do not depend on it.

            ## Recurring concepts: the archive
            `{s_alternating}`: from the third concept on each has been seen before. Accuracy over the {RecoveryWindow:N0} instances from each return on, and
            instances until the accuracy over the last 200 has reached 0.70, mean of the three returns.

            """);
        WriteRecovery(page);
        page.WriteLine();
        page.WriteLine($"""
            ## Cost: with and without the lifecycle
            {CostInstances:N0} instances, mean of seeds {string.Join(", ", s_seeds)}. *Full* is `lifecycle.enabled=false`: everybody runs for ever. Share: time with the lifecycle of that without.

            """);
        WriteCost(page);
        page.WriteLine();
        page.WriteLine($"""
            ## Decisions
            Over the same instances, all seeds together.

            """);
        WriteDecisions(page);
        page.WriteLine();
        page.WriteLine($"""
            ## Bounded growth
            sea-abrupt, seed 1, {growthInstances:N0} instances in ten segments. Trees grow to their own cap (32 MiB each); the archive holds four concepts, 64 MiB at most.

            """);
        WriteGrowth(page, growthInstances);
    }

    private static void WriteRecovery(TextWriter page)
    {
        page.Head(["seed", "with archive", "without", "instances to 0.70, with", "without"]);
        double[] sums = new double[4];
        foreach (int seed in (int[])[1, 2, 3, 4, 5, 6])
        {
            bool[] with = PoolRun.Measure(s_alternating, seed, 1, 5 * ConceptLength).Segments[0].Right;
            bool[] without = PoolRun.Measure(s_alternating, seed, 1, 5 * ConceptLength, "lifecycle.archive=0").Segments[0].Right;
            double[] figures = [AccuracyAfterReturns(with), AccuracyAfterReturns(without), InstancesToRecover(with), InstancesToRecover(without)];
            for (int i = 0; i < figures.Length; i++) sums[i] += figures[i] / 6;
            page.Row($"{seed}", $"{figures[0]:P2}", $"{figures[1]:P2}", $"{figures[2]:N0}", $"{figures[3]:N0}");
        }
        page.Row("mean", $"{sums[0]:P2}", $"{sums[1]:P2}", $"{sums[2]:N0}", $"{sums[3]:N0}");
    }

    private static IEnumerable<int> Returns => Enumerable.Range(2, 3).Select(i => i * ConceptLength);

    private static double AccuracyAfterReturns(bool[] right) => Returns.Average(at => right.AsSpan(at, RecoveryWindow).Count(true) / (double)RecoveryWindow);

    private static double InstancesToRecover(bool[] right) => Returns.Average(at =>
    {
        int after = 200;
        while (after < ConceptLength && right.AsSpan(at + after - 200, 200).Count(true) < 140) after++;
        return (double)after;
    });

    private static void WriteCost(TextWriter page)
    {
        page.Head(["stream", "accuracy with", "full", "µs with", "full", "share", "opinions heard at the end"]);
        foreach (string stream in s_streams)
        {
            PoolRun[] with = Runs(stream), full = [.. s_seeds.Select(seed => PoolRun.Measure(stream, seed, 1, CostInstances, "lifecycle.enabled=false"))];
            double time = with.Average(r => r.Microseconds), fullTime = full.Average(r => r.Microseconds);
            page.Row(stream, $"{with.Average(r => r.Accuracy):P2}", $"{full.Average(r => r.Accuracy):P2}", $"{time:F1}", $"{fullTime:F1}", $"{time / fullTime:P0}",
                $"{with.Average(r => r.Segments[^1].Experts):F1} of {full[0].Segments[^1].Experts}");
        }
    }

    private static readonly Dictionary<string, PoolRun[]> s_runs = [];

    private static PoolRun[] Runs(string stream)
    {
        if (!s_runs.TryGetValue(stream, out PoolRun[]? runs)) s_runs[stream] = runs = [.. s_seeds.Select(seed => PoolRun.Measure(stream, seed, 1, CostInstances))];
        return runs;
    }

    private static void WriteDecisions(TextWriter page)
    {
        PoolEventKind[] kinds = Enum.GetValues<PoolEventKind>();
        page.Head(["stream", .. kinds.Select(k => $"{k}".ToLowerInvariant())]);
        foreach (string stream in s_streams)
            page.Row([stream, .. kinds.Select(kind => $"{Runs(stream).Sum(r => r.Events.GetValueOrDefault(kind)):N0}")]);
    }

    private static void WriteGrowth(TextWriter page, int instances)
    {
        PoolRun run = PoolRun.Measure("sea-abrupt", 1, 10, instances / 10);
        page.Head(["instances", "opinions heard", "MiB", "µs an instance", "accuracy"]);
        for (int s = 0; s < run.Segments.Count; s++)
            page.Row($"{(s + 1) * (instances / 10):N0}", $"{run.Segments[s].Experts}", $"{run.Segments[s].ByteSize / 1048576.0:F1}", $"{run.Segments[s].Microseconds:F1}", $"{run.Segments[s].Accuracy:P2}");
    }
}
