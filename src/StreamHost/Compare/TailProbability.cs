using MathNet.Numerics;

namespace StreamMoe.StreamHost.Compare;

/// <summary>Upper tails of the chi-square and the F distribution, for whole degrees of freedom.</summary>
/// <remarks>Regularized incomplete functions, never 1 − a distribution function: that is 0 where the answer is 2e−86. Source: Abramowitz and Stegun 1964,
/// 26.4.19 (chi-square by gamma), 26.6.2 (F by beta).</remarks>
internal static class TailProbability
{
    /// <summary>P(X ≥ x) for the chi-square distribution.</summary>
    /// <param name="x">At least 0; +∞ is allowed.</param>
    /// <param name="degrees">Degrees of freedom, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public static double ChiSquare(double x, int degrees)
    {
        CheckStatistic(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        return double.IsPositiveInfinity(x) ? 0 : SpecialFunctions.GammaUpperRegularized(degrees / 2.0, x / 2);
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
        return SpecialFunctions.BetaRegularized(denominator / 2.0, numerator / 2.0, denominator / (denominator + numerator * f));
    }

    private static void CheckStatistic(double value)
    {
        if (!(value >= 0)) throw new ArgumentOutOfRangeException(nameof(value), value, $"The statistic was {value}; must be at least 0.");
    }
}
