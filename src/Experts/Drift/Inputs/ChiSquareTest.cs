using StreamMoe.Experts.Numerics;

namespace StreamMoe.Experts.Drift.Inputs;

/// <summary>The two-sample chi-square test of homogeneity for two samples of one size.</summary>
internal static class ChiSquareTest
{
    /// <summary>Values that occur less often than this in both samples together are counted as one: an expected count of 5 each.</summary>
    private const int SmallestCell = 10;

    /// <summary>The probability of samples at least this different when both have one distribution (asymptotic); 1 with a single cell.</summary>
    /// <param name="a">Sorted ascending, no NaN; each distinct number is a value.</param>
    /// <param name="b">Sorted ascending, no NaN, as long as <paramref name="a"/>.</param>
    public static double PValue(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        int cells = 0, i = 0, j = 0, restA = 0, restB = 0;
        while (i < a.Length || j < b.Length)
        {
            double value = i == a.Length ? b[j] : j == b.Length ? a[i] : Math.Min(a[i], b[j]);
            int firstA = i, firstB = j;
            while (i < a.Length && a[i] == value) i++;
            while (j < b.Length && b[j] == value) j++;
            int countA = i - firstA, countB = j - firstB;
            if (countA + countB < SmallestCell)
            {
                restA += countA;
                restB += countB;
                continue;
            }
            sum += Cell(countA, countB);
            cells++;
        }
        if (restA + restB >= SmallestCell)
        {
            sum += Cell(restA, restB);
            cells++;
        }
        return cells < 2 ? 1 : UpperTail(sum, cells - 1);
    }

    /// <summary>P(X ≥ x) for the chi-square distribution; relative error below 10⁻¹⁰.</summary>
    /// <remarks>Q(a + 1, y) = Q(a, y) + y^a·e^(−y)/Γ(a + 1) with y = x/2, from Q(1, y) = e^(−y) or Q(½, y) = erfc(√y); all terms are
    /// positive, and kept as logarithms since the first may be below the smallest double. O(degrees).</remarks>
    /// <param name="x">At least 0.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double UpperTail(double x, int degrees)
    {
        double y = x / 2;
        if (y == 0) return 1;
        bool odd = (degrees & 1) == 1;
        double tail = odd ? 2 * NormalDistribution.Cumulative(-Math.Sqrt(x)) : Math.Exp(-y);
        double a = odd ? 0.5 : 1;
        double log = odd ? 0.5 * Math.Log(y) - y - Math.Log(Math.Sqrt(Math.PI) / 2) : Math.Log(y) - y;
        for (; a < degrees / 2.0; a++)
        {
            tail += Math.Exp(log);
            log += Math.Log(y / (a + 1));
        }
        return Math.Min(1, tail);
    }

    // Expected (a + b)/2 in both samples: (a − e)²/e + (b − e)²/e.
    private static double Cell(double a, double b) => (a - b) * (a - b) / (a + b);
}
