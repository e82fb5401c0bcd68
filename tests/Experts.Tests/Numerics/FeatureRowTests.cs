using StreamMoe.Experts.Numerics;

namespace StreamMoe.Experts.Tests.Numerics;

public sealed class FeatureRowTests
{
    [Fact]
    public void Read_StrangeValues_BecomeFiniteAndMissingOnesZeroInEveryPlace()
    {
        (double Value, float Expected)[] cases =
        [
            (double.NaN, 0), (double.PositiveInfinity, 1000), (double.NegativeInfinity, -1000), (1e300, 1000), (-0.0, 0), (0.1, 0.1f), (-999.5, -999.5f),
        ];
        foreach ((double value, float expected) in cases)
        {
            for (int place = 0; place < 19; place++)
            {
                double[] features = new double[19];
                float[] row = new float[19], all = new float[19];
                features[place] = value;
                FeatureRow.Read(features, row);
                all[place] = expected;
                Assert.Equal(all, row);
            }
        }
    }

    [Fact]
    public void Read_OtherLength_SaysBoth()
        => Assert.Contains("had 3 features; must have 2", Assert.Throws<ArgumentException>(() => FeatureRow.Read(new double[3], new float[2])).Message);
}
