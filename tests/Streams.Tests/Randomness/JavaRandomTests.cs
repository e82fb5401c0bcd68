using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Tests.Randomness;

/// <summary>Expected values: java.util.Random of OpenJDK 17.0.15.</summary>
public sealed class JavaRandomTests
{
    [Theory]
    [InlineData(0L, -1155484576, 8, 3, 651058223, 663681053, true, 4593095635380350600, 4605446429350204123, -4618811754311938114, 4586141108197883046)]
    [InlineData(-1L, 1155099827, 5, 0, 588447719, 894294477, false, 4605616660428343751, -4622269792757708284, 4597101020090667151, 4608270687152605121)]
    [InlineData(42L, -1170105035, 3, 10, 51474442, 662969970, true, 4598663022256506966, 4598733263062401967, 4604341753479877564, -4617835941257819195)]
    [InlineData(long.MinValue, -1155484576, 8, 3, 651058223, 663681053, true, 4593095635380350600, 4605446429350204123, -4618811754311938114, 4586141108197883046)]
    public void Draws_EqualJava(long seed, int any, int below10, int below16, int belowPower, int belowLarge, bool isHigh, long uniform, long first, long second, long third)
    {
        JavaRandom random = new(seed);
        Assert.Equal(any, random.NextInt());
        Assert.Equal(below10, random.NextInt(10));
        Assert.Equal(below16, random.NextInt(16));
        Assert.Equal(belowPower, random.NextInt(1 << 30));
        Assert.Equal(belowLarge, random.NextInt((1 << 30) + 1));
        Assert.Equal(isHigh, random.NextInt(2) == 1); // Java's nextBoolean is the same top bit.
        Assert.Equal(uniform, BitConverter.DoubleToInt64Bits(random.NextDouble()));
        Assert.Equal(first, BitConverter.DoubleToInt64Bits(random.NextGaussian()));
        Assert.Equal(second, BitConverter.DoubleToInt64Bits(random.NextGaussian()));
        Assert.Equal(third, BitConverter.DoubleToInt64Bits(random.NextGaussian()));
    }

    [Fact]
    public void NextInt_BoundThatRejectsManyDraws_EqualsJava()
    {
        JavaRandom random = new(1);
        long digest = 0;
        for (int i = 0; i < 1000; i++) digest = digest * 31 + random.NextInt(1_610_612_736);
        Assert.Equal(7761413309743724602, digest);
    }

    [Fact]
    public void Seed_AfterOneGaussian_DropsTheOneHeldBack()
    {
        JavaRandom random = new(7);
        double first = random.NextGaussian();
        random.Seed(7);
        Assert.Equal(first, random.NextGaussian());
    }

    [Fact]
    public void State_SetInAnotherSource_GoesOnWithTheSameDraws()
    {
        JavaRandom random = new(7), other = new(8);
        for (int i = 0; i < 10; i++) random.NextDouble();
        other.NextGaussian();
        other.State = random.State;
        Assert.Equal(random.NextGaussian(), other.NextGaussian());
        Assert.InRange(random.State, 0, (1L << 48) - 1);
        other.State = -1;
        Assert.Equal((1L << 48) - 1, other.State);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(int.MinValue)]
    public void NextInt_BoundBelowOne_Throws(int bound)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new JavaRandom(1).NextInt(bound));
}
