using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Lets the experts of archived concepts race against the present ones over the instances since a drift.</summary>
internal static class ConceptRace
{
    /// <summary>Fewest instances since the drift's signal that a race is run on: 100.</summary>
    public const int LeastRows = 100;

    /// <summary>An archived expert that won.</summary>
    /// <param name="Slot">Its slot.</param>
    /// <param name="Expert">The expert with its archived state.</param>
    /// <param name="Accuracy">Share of the rows on which its best opinion is right.</param>
    /// <param name="Incumbent">The same of the present expert; of the mixture when the slot is parked.</param>
    public readonly record struct Winner(int Slot, IExpert Expert, double Accuracy, double Incumbent);

    /// <summary>Runs the race of one concept.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="concept">The concept.</param>
    /// <param name="slots">The pool.</param>
    /// <param name="rows">The recent instances.</param>
    /// <param name="count">How many of them have come since the drift.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>The slots in which the archived expert is better by more than chance, by 2·√(1/(2n)), and as good as it was in its own
    /// concept, within three standard deviations: one that is merely less wrong than the present expert would have to be unlearned.</returns>
    public static List<Winner> Run(ConceptArchive archive, int concept, SlotTable slots, RecentRows rows, int count, int classes)
    {
        List<Winner> winners = [];
        double margin = 2 * Math.Sqrt(0.5 / count), best = 0;
        for (int slot = 0; slot < slots.Count; slot++)
            best = Math.Max(best, PresentAccuracy(slots[slot], rows, count) ?? 0);
        for (int slot = 0; slot < slots.Count; slot++)
        {
            if (archive.StateOf(concept, slot) is null) continue;
            IExpert expert = archive.Restore(concept, slot, slots);
            double accuracy = Accuracy(expert, slots[slot], rows, count, classes);
            double incumbent = PresentAccuracy(slots[slot], rows, count) ?? best;
            double then = archive.AccuracyOf(concept, slot);
            bool asThen = accuracy >= then - 3 * Math.Sqrt(Math.Max(then * (1 - then), 0.01) / count);
            if (asThen && accuracy > incumbent + margin) winners.Add(new Winner(slot, expert, accuracy, incumbent));
        }
        return winners;
    }

    private static double? PresentAccuracy(PoolSlot slot, RecentRows rows, int count)
    {
        double best = -1;
        for (int o = slot.FirstOutput; o < slot.FirstOutput + slot.Outputs; o++)
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

    private static double Accuracy(IExpert expert, PoolSlot slot, RecentRows rows, int count, int classes)
    {
        double[] votes = new double[slot.Outputs * classes];
        int[] right = new int[slot.Outputs];
        for (int age = 0; age < count; age++)
        {
            expert.Predict(rows.Row(age, slot.ViewLength), votes);
            for (int o = 0; o < slot.Outputs; o++)
                if (Votes.ArgMax(votes.AsSpan(o * classes, classes)) == rows.Label(age)) right[o]++;
        }
        return (double)right.Max() / count;
    }
}
