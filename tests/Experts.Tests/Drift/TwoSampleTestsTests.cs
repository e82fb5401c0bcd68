using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Inputs;

namespace StreamMoe.Experts.Tests.Drift;

public sealed class TwoSampleTestsTests
{
    /// <summary>Tabulated quantiles, and numerical integrals of the density where the first term of the sum underflows.</summary>
    [Theory]
    [InlineData(3.841458820694124, 1, 0.05)]
    [InlineData(5.991464547107979, 2, 0.05)]
    [InlineData(20.515005652432873, 5, 0.001)]
    [InlineData(18.307038053275146, 10, 0.05)]
    [InlineData(124.34211340400407, 100, 0.05)]
    [InlineData(2000.0, 2000, 0.4957947558)]
    [InlineData(2001.0, 2001, 0.4957958069)]
    [InlineData(0.0, 3, 1.0)]
    public void UpperTail_KnownQuantiles_GivesTheirProbability(double x, int degrees, double expected) =>
        Assert.Equal(expected, ChiSquareTest.UpperTail(x, degrees), 9);

    [Fact]
    public void ChiSquare_TwoValues_IsTheStatisticOfTheTable()
    {
        double[] a = [.. Enumerable.Repeat(0.0, 30), .. Enumerable.Repeat(1.0, 20)];
        double[] b = [.. Enumerable.Repeat(0.0, 10), .. Enumerable.Repeat(1.0, 40)];
        // Expected 20 and 30 in both: 100/20 + 100/20 + 100/30 + 100/30.
        Assert.Equal(ChiSquareTest.UpperTail(50.0 / 3, 1), ChiSquareTest.PValue(a, b), 12);
        Assert.Equal(1, ChiSquareTest.PValue(a, a), 12);
    }

    [Fact]
    public void ChiSquare_RareValues_CountAsOne()
    {
        double[] a = [.. Enumerable.Repeat(0.0, 40), .. Enumerable.Range(1, 10).Select(i => (double)i)];
        double[] b = [.. Enumerable.Repeat(0.0, 20), .. Enumerable.Range(21, 30).Select(i => (double)i)];
        Assert.Equal(ChiSquareTest.UpperTail(400.0 / 60 + 400.0 / 40, 1), ChiSquareTest.PValue(a, b), 12);
        double[] only = [.. Enumerable.Range(0, 4).Select(i => (double)i)];
        Assert.Equal(1, ChiSquareTest.PValue(only, only));
    }

    [Fact]
    public void Holm_KnownPValues_AreSteppedDown()
    {
        double[] p = [0.01, 0.04, 0.03, 0.005, 0.9];
        HolmCorrection.Adjust(p, new int[5], new double[5]);
        Assert.Equal([0.04, 0.09, 0.09, 0.025, 0.9], p.Select(v => Math.Round(v, 12)));
    }
}
