using StreamMoe.Experts.Numerics;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Experts.Tests.Ensembles;

public class PoissonDrawTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(40.5)]
    public void Next_ManyDraws_AreThoseOfTheDefinition(double lambda)
    {
        PoissonDraw poisson = new(lambda);
        JavaRandom random = new(5), same = new(5);
        double sum = 0, squares = 0;
        const int Draws = 20_000;
        for (int i = 0; i < Draws; i++)
        {
            int drawn = poisson.Next(random);
            Assert.Equal(ByDefinition(same.NextDouble(), lambda), drawn);
            sum += drawn;
            squares += (double)drawn * drawn;
        }
        double mean = sum / Draws, variance = squares / Draws - mean * mean, tolerance = 5 * Math.Sqrt(lambda / Draws);
        Assert.InRange(mean, lambda - tolerance, lambda + tolerance);
        Assert.InRange(variance, 0.9 * lambda - 0.002, 1.1 * lambda + 0.002);
    }

    private static int ByDefinition(double u, double lambda)
    {
        double threshold = u * Math.Exp(lambda), term = 1, sum = 1;
        int k = 0, limit = Math.Max(100, 10 * (int)Math.Ceiling(lambda)) - 1;
        while (sum <= threshold && k < limit)
        {
            k++;
            term *= lambda / k;
            sum += term;
        }
        return k;
    }
}
