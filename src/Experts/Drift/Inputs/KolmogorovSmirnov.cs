namespace StreamMoe.Experts.Drift.Inputs;

/// <summary>The two-sample Kolmogorov-Smirnov test for two samples of one size r: D = h/r with a whole number h.</summary>
internal static class KolmogorovSmirnov
{
    /// <summary>h = r·sup|F_a − F_b|.</summary>
    /// <param name="a">Sorted ascending, no NaN.</param>
    /// <param name="b">Sorted ascending, no NaN, as long as <paramref name="a"/>.</param>
    public static int Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        int i = 0, j = 0, largest = 0;
        while (i < a.Length && j < b.Length)
        {
            double value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == value) i++;
            while (j < b.Length && b[j] == value) j++;
            largest = Math.Max(largest, Math.Abs(i - j));
        }
        return largest;
    }

    /// <summary>The probability that h is at least this large when both samples have one continuous distribution (with ties: at most that).</summary>
    /// <remarks>Exact: 2·Σ_{j≥1, jh≤r} (−1)^(j−1)·C(2r, r − jh)/C(2r, r), limited to 1. O(r).</remarks>
    public static double PValue(int h, int r)
    {
        if (h <= 0) return 1;
        double sum = 0, ratio = 1;
        int sign = 1;
        for (int d = 1; d <= r; d++)
        {
            ratio *= (r - d + 1) / (double)(r + d); // C(2r, r − d)/C(2r, r)
            if (d % h != 0) continue;
            sum += sign * ratio;
            sign = -sign;
        }
        return Math.Clamp(2 * sum, 0, 1);
    }

    /// <summary>The smallest h with a p-value of at most α; r + 1, which h never is, when there is none.</summary>
    public static int CriticalDistance(double alpha, int r)
    {
        int h = 1;
        while (h <= r && PValue(h, r) > alpha) h++;
        return h;
    }
}
