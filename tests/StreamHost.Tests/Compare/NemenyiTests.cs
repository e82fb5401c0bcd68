using StreamMoe.StreamHost.Compare;

namespace StreamMoe.StreamHost.Tests.Compare;

public sealed class NemenyiTests
{
    [Fact]
    public void CriticalDifference_PublishedExample()
        => Assert.Equal(1.25, NemenyiTest.CriticalDifference(4, 14)!.Value, 2);

    /// <summary>Demšar 2006, table 5(a). It prints 2.343 for 3 models and 2.949 for 7, a unit of the last place off; so do not round, but compare.</summary>
    [Theory]
    [InlineData(2, 1.960)]
    [InlineData(3, 2.343)]
    [InlineData(4, 2.569)]
    [InlineData(5, 2.728)]
    [InlineData(6, 2.850)]
    [InlineData(7, 2.949)]
    [InlineData(8, 3.031)]
    [InlineData(9, 3.102)]
    [InlineData(10, 3.164)]
    public void CriticalValue_PublishedTable(int models, double expected)
        => Assert.Equal(expected, NemenyiTest.CriticalValue(models)!.Value, 0.001);

    [Fact]
    public void CriticalValue_EveryNumberOfModels_IsThe95PercentPointOfTheStudentisedRange()
    {
        for (int models = 2; models <= NemenyiTest.MostModels; models++)
            Assert.Equal(0.95, RangeDistribution(NemenyiTest.CriticalValue(models)!.Value * Math.Sqrt(2), models), 5e-7);
    }

    [Fact]
    public void BothFigures_WhereTheyAreNotGiven_AreNull()
    {
        Assert.Null(NemenyiTest.CriticalValue(1));
        Assert.Null(NemenyiTest.CriticalValue(21));
        Assert.Null(NemenyiTest.CriticalDifference(3, 1));
        Assert.Null(NemenyiTest.CriticalDifference(21, 5));
    }

    /// <summary>P(range of k standard normal values ≤ w) = k ∫ φ(z) (Φ(z) − Φ(z − w))^(k−1) dz, by Simpson's rule; Φ is summed up on the way.</summary>
    private static double RangeDistribution(double w, int k)
    {
        const int perUnit = 2000, from = -9 * perUnit, to = 9 * perUnit;
        double[] density = [.. Enumerable.Range(0, 2 * (to - from) + 1).Select(i => Math.Exp(-Math.Pow(from + i / 2.0, 2) / (2.0 * perUnit * perUnit)) / Math.Sqrt(2 * Math.PI))];
        double[] below = new double[to - from + 1];
        for (int i = 1; i < below.Length; i++) below[i] = below[i - 1] + (density[2 * i - 2] + 4 * density[2 * i - 1] + density[2 * i]) / (6 * perUnit);
        double shift = w * perUnit, sum = 0;
        for (int i = 0; i < below.Length; i++)
        {
            double at = i - shift;
            int left = (int)Math.Floor(at);
            double lower = at < 0 ? 0 : below[left] + (below[left + 1] - below[left]) * (at - left);
            sum += (i == 0 || i == below.Length - 1 ? 1 : i % 2 == 1 ? 4 : 2) * density[2 * i] * Math.Pow(below[i] - lower, k - 1);
        }
        return k * sum / (3 * perUnit);
    }
}
