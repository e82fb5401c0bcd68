using System.Runtime.Intrinsics;
using StreamMoe.Experts.Numerics;

namespace StreamMoe.Experts.Tests.Numerics;

public class VectorExpTests
{
    [Fact]
    public void Exp_AllWidths_GiveTheSameBits()
    {
        Random random = new(1);
        for (int i = 0; i < 50_000; i++)
        {
            double[] x = [.. Enumerable.Range(0, 8).Select(_ => Argument(random))];
            Vector512<double> wide = VectorExp.Exp(Vector512.Create(x));
            Vector256<double> half = VectorExp.Exp(Vector256.Create(x[..4]));
            for (int lane = 0; lane < 8; lane++)
            {
                long expected = BitConverter.DoubleToInt64Bits(Plain(x[lane]));
                Assert.Equal(expected, BitConverter.DoubleToInt64Bits(wide[lane]));
                if (lane < 4) Assert.Equal(expected, BitConverter.DoubleToInt64Bits(half[lane]));
            }
        }
    }

    [Fact]
    public void Exp_AnyArgument_IsWithinOneUnitOfTheLastPlace()
    {
        Random random = new(2);
        for (int i = 0; i < 300_000; i++)
        {
            double x = Argument(random), expected = Math.Exp(x), found = VectorExp.Exp(Vector256.Create(x))[0];
            Assert.True(Math.Abs(found - expected) <= Math.BitIncrement(expected) - expected, $"exp({x:R}): {found:R}, expected {expected:R}.");
        }
    }

    [Theory]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(-1e300, 0)]
    [InlineData(-745.2, 0)]
    [InlineData(-745.0, double.Epsilon)]
    [InlineData(0.0, 1)]
    [InlineData(709.8, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_Edges_AreExact(double x, double expected)
    {
        Assert.Equal(expected, VectorExp.Exp(Vector256.Create(x))[0]);
        Assert.Equal(expected, VectorExp.Exp(Vector512.Create(x))[7]);
    }

    // Mostly where votes are, some where results are subnormal or overflow.
    private static double Argument(Random random) => random.Next(4) switch
    {
        0 => -random.NextDouble() * 1e-3,
        1 => -random.NextDouble() * 760,
        2 => -700 - random.NextDouble() * 50,
        _ => (random.NextDouble() - 0.9) * 40,
    };

    // The definition, one number at a time.
    private static double Plain(double x)
    {
        double[] c = [1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800];
        x = Math.Min(Math.Max(x, -746), 710);
        double k = Math.FusedMultiplyAdd(x, 1.4426950408889634074, 6755399441055744.0) - 6755399441055744.0;
        double r = Math.FusedMultiplyAdd(k, -2.3190468138462995584e-17, Math.FusedMultiplyAdd(k, -0.69314718055994528623, x));
        double r2 = r * r, r4 = r2 * r2;
        double Quad(int i) => Math.FusedMultiplyAdd(r2, Math.FusedMultiplyAdd(r, c[i + 3], c[i + 2]), Math.FusedMultiplyAdd(r, c[i + 1], c[i]));
        double q = Math.FusedMultiplyAdd(r4, Math.FusedMultiplyAdd(r4, Quad(8), Quad(4)), Quad(0));
        double e = 1 + Math.FusedMultiplyAdd(r2, q, r);
        int half = (int)Math.Round(k / 2);
        return e * Math.ScaleB(1, half) * Math.ScaleB(1, (int)k - half);
    }
}
