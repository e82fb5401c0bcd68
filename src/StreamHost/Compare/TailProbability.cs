namespace StreamMoe.StreamHost.Compare;

/// <summary>Upper tails of the chi-square and the F distribution, for whole degrees of freedom.</summary>
/// <remarks>Relative error below 10⁻¹⁰ wherever the result is above 10⁻³⁰⁰. Source: Abramowitz and Stegun 1964, 6.5.29, 6.5.31 (incomplete gamma),
/// 26.5.8 (incomplete beta), 26.6.2 (F by beta); continued fractions by the method of Lentz 1976.</remarks>
internal static class TailProbability
{
    private const double Precision = 1e-15;
    private const double Tiny = 1e-300;
    private const int MostTerms = 100_000;

    /// <summary>P(X ≥ x) for the chi-square distribution.</summary>
    /// <param name="x">At least 0; +∞ is allowed.</param>
    /// <param name="degrees">Degrees of freedom, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public static double ChiSquare(double x, int degrees)
    {
        CheckStatistic(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        if (x == 0) return 1;
        if (double.IsPositiveInfinity(x)) return 0;
        double a = degrees / 2.0, y = x / 2, scale = Math.Exp(a * Math.Log(y) - y - LogGammaOfHalf(degrees));
        return y < a + 1 ? 1 - scale * LowerGammaSeries(a, y) : scale * UpperGammaFraction(a, y);
    }

    /// <summary>P(X ≥ f) for the F distribution.</summary>
    /// <param name="f">At least 0; +∞ is allowed.</param>
    /// <param name="numerator">Degrees of freedom of the numerator, ≥ 1.</param>
    /// <param name="denominator">Degrees of freedom of the denominator, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public static double F(double f, int numerator, int denominator)
    {
        CheckStatistic(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(numerator, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(denominator, 1);
        if (f == 0) return 1;
        if (double.IsPositiveInfinity(f)) return 0;
        double a = denominator / 2.0, b = numerator / 2.0, sum = denominator + numerator * f;
        double x = denominator / sum, rest = numerator * f / sum;
        double scale = Math.Exp(LogGammaOfHalf(denominator + numerator) - LogGammaOfHalf(denominator) - LogGammaOfHalf(numerator) + a * Math.Log(x) + b * Math.Log(rest));
        // The fraction converges fast on one side of the mean; the other side is its complement.
        return x < (a + 1) / (a + b + 2) ? scale * BetaFraction(a, b, x) / a : 1 - scale * BetaFraction(b, a, rest) / b;
    }

    private static void CheckStatistic(double value)
    {
        if (!(value >= 0)) throw new ArgumentOutOfRangeException(nameof(value), value, $"The statistic was {value}; must be at least 0.");
    }

    /// <summary>ln Γ(n/2), by Γ(a + 1) = a·Γ(a) from Γ(1/2) = √π and Γ(1) = 1. O(n).</summary>
    private static double LogGammaOfHalf(int n)
    {
        double log = n % 2 == 0 ? 0 : Math.Log(Math.PI) / 2;
        for (double a = n % 2 == 0 ? 1 : 0.5; a < n / 2.0; a++) log += Math.Log(a);
        return log;
    }

    // Σ y^n / (a(a+1)…(a+n))
    private static double LowerGammaSeries(double a, double y)
    {
        double term = 1 / a, sum = term;
        for (int n = 1; n < MostTerms && term > sum * Precision; n++)
        {
            term *= y / (a + n);
            sum += term;
        }
        return sum;
    }

    // 1/(y+1−a− 1(1−a)/(y+3−a− 2(2−a)/(y+5−a− …)))
    private static double UpperGammaFraction(double a, double y)
        => 1 / Fraction(y + 1 - a, n => (-n * (n - a), y + 2 * n + 1 - a));

    // 1/(1+ d₁/(1+ d₂/(1+ …)))
    private static double BetaFraction(double a, double b, double x)
        => 1 / Fraction(1, n =>
        {
            int m = n / 2;
            double d = n % 2 == 0 ? m * (b - m) * x / ((a + n - 1) * (a + n)) : -(a + m) * (a + b + m) * x / ((a + n - 1) * (a + n));
            return (d, 1.0);
        });

    /// <summary>b₀ + a₁/(b₁ + a₂/(b₂ + …)), each pair (aₙ, bₙ) given for n = 1, 2, ….</summary>
    private static double Fraction(double first, Func<int, (double A, double B)> pair)
    {
        double value = first == 0 ? Tiny : first, c = value, d = 0;
        for (int n = 1; n < MostTerms; n++)
        {
            (double a, double b) = pair(n);
            d = b + a * d;
            d = 1 / (d == 0 ? Tiny : d);
            c = b + a / c;
            if (c == 0) c = Tiny;
            value *= c * d;
            if (Math.Abs(c * d - 1) < Precision) break;
        }
        return value;
    }
}
