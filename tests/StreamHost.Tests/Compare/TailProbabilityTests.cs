using StreamMoe.StreamHost.Compare;

namespace StreamMoe.StreamHost.Tests.Compare;

/// <summary>The tails against published critical values, and against the cases that have a closed form.</summary>
public sealed class TailProbabilityTests
{
    [Theory]
    [InlineData(3.841459, 1, 0.05)]
    [InlineData(5.991465, 2, 0.05)]
    [InlineData(7.814728, 3, 0.05)]
    [InlineData(124.342113, 100, 0.05)]
    [InlineData(29.588298, 10, 0.001)]
    [InlineData(0.3, 7, 0.9998999626)]
    [InlineData(60, 5, 1.21545698e-11)]
    public void ChiSquare_PublishedCriticalValues(double x, int degrees, double expected)
        => Assert.Equal(1, TailProbability.ChiSquare(x, degrees) / expected, 5);

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.9)]
    [InlineData(3.9)]
    [InlineData(4.1)]
    [InlineData(700)]
    public void ChiSquare_TwoAndFourDegrees_EqualClosedForm(double x)
    {
        Assert.Equal(1, TailProbability.ChiSquare(x, 2) / Math.Exp(-x / 2), 10);
        Assert.Equal(1, TailProbability.ChiSquare(x, 4) / (Math.Exp(-x / 2) * (1 + x / 2)), 10);
    }

    [Theory]
    [InlineData(2.845068, 3, 39, 0.05)]
    [InlineData(4.964603, 1, 10, 0.05)]
    [InlineData(3.885294, 2, 12, 0.05)]
    [InlineData(2.165, 10, 30, 0.05)]
    public void F_PublishedCriticalValues(double f, int numerator, int denominator, double expected)
        => Assert.Equal(expected, TailProbability.F(f, numerator, denominator), 4);

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(80)]
    public void F_EqualsClosedForms(double f)
    {
        Assert.Equal(1, TailProbability.F(f, 2, 17) / Math.Pow(1 + 2 * f / 17, -17 / 2.0), 10);
        Assert.Equal(1, TailProbability.F(f, 1, 1) / (2 / Math.PI * Math.Atan(1 / Math.Sqrt(f))), 10);
        Assert.Equal(1 - Math.Pow(9 * f / (9 * f + 2), 9 / 2.0), TailProbability.F(f, 9, 2), 10);
    }

    [Theory]
    [InlineData(0.3, 3, 39)]
    [InlineData(1.7, 19, 209)]
    [InlineData(1.01, 500, 3)]
    public void F_AndReciprocal_AddUpToOne(double f, int numerator, int denominator)
        => Assert.Equal(1, TailProbability.F(f, numerator, denominator) + TailProbability.F(1 / f, denominator, numerator), 10);

    [Fact]
    public void BothTails_AtTheEnds()
    {
        Assert.Equal(1, TailProbability.ChiSquare(0, 3));
        Assert.Equal(0, TailProbability.ChiSquare(double.PositiveInfinity, 3));
        Assert.Equal(1, TailProbability.F(0, 3, 4));
        Assert.Equal(0, TailProbability.F(double.PositiveInfinity, 3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => TailProbability.ChiSquare(-1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => TailProbability.ChiSquare(double.NaN, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => TailProbability.F(1, 0, 3));
    }
}
