namespace StreamMoe.Experts.Drift.Inputs;

/// <summary>Corrects the p-values of several tests so that, over all of them, a false rejection is no more likely than the level.</summary>
/// <remarks>Holm's step-down method: with p sorted ascending, p̃_(i) = max over j ≤ i of min(1, (d − j + 1)·p_(j)). Valid however
/// the tests depend on each other. Source: Holm 1979, A simple sequentially rejective multiple test procedure.</remarks>
internal static class HolmCorrection
{
    /// <summary>Replaces p-values by adjusted ones; O(d·log d), allocates nothing.</summary>
    /// <param name="pValues">In [0, 1], one a test.</param>
    /// <param name="order">Scratch of the same length.</param>
    /// <param name="sorted">Scratch of the same length.</param>
    public static void Adjust(Span<double> pValues, Span<int> order, Span<double> sorted)
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
        pValues.CopyTo(sorted);
        sorted.Sort(order);
        double largest = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            largest = Math.Max(largest, Math.Min(1, (sorted.Length - i) * sorted[i]));
            pValues[order[i]] = largest;
        }
    }
}
