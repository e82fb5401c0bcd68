using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Lets the experts of archived concepts race against the present ones over the instances since a drift.</summary>
internal static class ConceptRace
{
    /// <summary>Fewest instances since the drift's signal that a race is run on: 100.</summary>
    public const int LeastRows = 100;

    /// <summary>An archived expert that won.</summary>
    /// <param name="Lane">Its lane.</param>
    /// <param name="Expert">The expert with its archived state.</param>
    /// <param name="Accuracy">Share of the rows on which its best opinion is right.</param>
    /// <param name="Incumbent">The same of the present expert; of the mixture when the lane is parked.</param>
    public readonly record struct Winner(int Lane, IExpert Expert, double Accuracy, double Incumbent);

    /// <summary>Runs the race of one concept.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="concept">The concept.</param>
    /// <param name="lanes">The pool.</param>
    /// <param name="rows">The recent instances.</param>
    /// <param name="count">How many of them have come since the drift.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>The lanes in which the archived expert is better by more than chance, by 2·√(1/(2n)), and as good as it was in its own
    /// concept, within three standard deviations: one that is merely less wrong than the present expert would have to be unlearned.</returns>
    public static List<Winner> Run(ConceptArchive archive, int concept, PoolLane[] lanes, RecentRows rows, int count, int classes)
    {
        List<Winner> winners = [];
        double margin = 2 * Math.Sqrt(0.5 / count), best = 0;
        for (int lane = 0; lane < lanes.Length; lane++)
            best = Math.Max(best, PresentAccuracy(lanes[lane], rows, count) ?? 0);
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            if (archive.StateOf(concept, lane) is null) continue;
            IExpert expert = archive.Restore(concept, lane, lanes);
            double accuracy = Accuracy(expert, lanes[lane], rows, count, classes);
            double incumbent = PresentAccuracy(lanes[lane], rows, count) ?? best;
            double then = archive.AccuracyOf(concept, lane);
            bool asThen = accuracy >= then - 3 * Math.Sqrt(Math.Max(then * (1 - then), 0.01) / count);
            if (asThen && accuracy > incumbent + margin) winners.Add(new Winner(lane, expert, accuracy, incumbent));
        }
        return winners;
    }

    private static double? PresentAccuracy(PoolLane lane, RecentRows rows, int count)
    {
        double best = -1;
        for (int o = lane.FirstOutput; o < lane.FirstOutput + lane.Outputs; o++)
        {
            int right = 0, said = 0;
            for (int age = 0; age < count; age++)
            {
                int c = rows.Class(age, o);
                if (c >= 0) said++;
                if (c == rows.Label(age)) right++;
            }
            if (said > count / 2) best = Math.Max(best, (double)right / said);
        }
        return best < 0 ? null : best;
    }

    private static double Accuracy(IExpert expert, PoolLane lane, RecentRows rows, int count, int classes)
    {
        double[] votes = new double[lane.Outputs * classes];
        int[] right = new int[lane.Outputs];
        for (int age = 0; age < count; age++)
        {
            expert.Predict(rows.Row(age, lane.ViewLength), votes);
            for (int o = 0; o < lane.Outputs; o++)
                if (Votes.ArgMax(votes.AsSpan(o * classes, classes)) == rows.Label(age)) right[o]++;
        }
        return (double)right.Max() / count;
    }
}
