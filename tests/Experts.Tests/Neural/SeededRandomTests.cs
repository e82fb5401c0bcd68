using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Tests.Neural;

public sealed class SeededRandomTests
{
    // Published test vector of xoshiro256** for the state 1, 2, 3, 4.
    [Fact]
    public void NextUInt64_StateOneToFour_GivesThePublishedNumbers()
    {
        using MemoryStream stream = new();
        StateWriter writer = new(stream);
        writer.Mark("random");
        for (ulong word = 1; word <= 4; word++) writer.Write(word);
        writer.Write(false);
        writer.Write(0.0);
        stream.Position = 0;
        SeededRandom random = new(0);
        random.Persist(new StateReader(stream));
        ulong[] found = new ulong[6];
        for (int i = 0; i < found.Length; i++) found[i] = random.NextUInt64();
        Assert.Equal([11520UL, 0UL, 1509978240UL, 1215971899390074240UL, 1216172134540287360UL, 607988272756665600UL], found);
    }

    // Published test vector of SplitMix64 for the seed 0.
    [Fact]
    public void At_SeedZero_GivesThePublishedNumbersOfSplitMix() =>
        Assert.Equal([0xE220A8397B1DCDAFUL, 0x6E789E6AA1B965F4UL, 0x06C45D188009454FUL], [CounterRandom.At(0, 0), CounterRandom.At(0, 1), CounterRandom.At(0, 2)]);

    [Fact]
    public void Save_AtAnyPoint_ContinuesTheSequence()
    {
        SeededRandom random = new(3), restored = new(4);
        for (int drawn = 0; drawn < 20; drawn++)
        {
            random.NextGaussian();
            using MemoryStream stream = new();
            random.Persist(new StateWriter(stream));
            stream.Position = 0;
            restored.Persist(new StateReader(stream));
            Assert.Equal(random.NextGaussian(), restored.NextGaussian());
            Assert.Equal(random.NextInt(7), restored.NextInt(7));
        }
    }

    [Fact]
    public void Load_StateOfZeros_Throws()
    {
        using MemoryStream stream = new();
        StateWriter writer = new(stream);
        writer.Mark("random");
        for (int word = 0; word < 6; word++) writer.Write(0UL);
        stream.Position = 0;
        Assert.Throws<StateFormatException>(() => new SeededRandom(0).Persist(new StateReader(stream)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(1000)]
    public void NextInt_ManyDraws_IsUniformOnItsRange(int bound)
    {
        SeededRandom random = new(5);
        int[] counts = new int[bound];
        for (int i = 0; i < 200 * bound; i++) counts[random.NextInt(bound)]++;
        // Chi-squared with bound − 1 degrees of freedom; 4.5 standard deviations.
        double chi = counts.Sum(c => (c - 200.0) * (c - 200.0) / 200);
        Assert.InRange(chi, 0, bound - 1 + 4.5 * Math.Sqrt(2.0 * bound));
    }

    // 2³²/bound is 8/3: multiplying 32 random bits without rejection would give two residues out of three 3/8 each, the third 1/4.
    [Fact]
    public void NextInt_LargeBound_IsNotBiased()
    {
        SeededRandom random = new(5);
        int[] counts = new int[3];
        for (int i = 0; i < 90_000; i++) counts[random.NextInt(1_610_612_736) % 3]++;
        Assert.All(counts, count => Assert.InRange(count, 30_000 - 650, 30_000 + 650));
    }

    [Fact]
    public void NextInt_BoundBelowOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new SeededRandom(1).NextInt(0));

    [Fact]
    public void NextDoubleAndNextGaussian_ManyDraws_HaveTheirMoments()
    {
        SeededRandom random = new(6);
        double[] uniform = new double[100_000], normal = new double[100_000];
        for (int i = 0; i < uniform.Length; i++)
        {
            uniform[i] = random.NextDouble();
            normal[i] = random.NextGaussian();
        }
        Assert.All(uniform, u => Assert.InRange(u, 0, 1 - 1e-17));
        Assert.InRange(uniform.Average(), 0.496, 0.504);
        Assert.InRange(uniform.Average(u => (u - 0.5) * (u - 0.5)), 0.0825, 0.0842);
        Assert.InRange(normal.Average(), -0.014, 0.014);
        Assert.InRange(normal.Average(n => n * n), 0.98, 1.02);
        Assert.InRange(normal.Average(n => n * n * n * n), 2.86, 3.14);
    }
}
