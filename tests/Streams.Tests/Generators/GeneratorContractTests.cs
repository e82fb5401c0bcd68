using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Generators;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common;

namespace StreamMoe.Streams.Tests.Generators;

/// <summary>What holds for every generator in the catalogue.</summary>
public sealed class GeneratorContractTests
{
    public static TheoryData<string> Names => new(StreamCatalogue.Generators.Select(g => g.Name));

    [Theory, MemberData(nameof(Names))]
    public void Next_AllocatesNothing(string name)
    {
        InstanceStream stream = StreamCatalogue.Open(name);
        double[] features = new double[stream.Schema.AttributeCount];
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1000; i++) stream.Next(features, out _);
        }));
    }

    /// <summary>The seed of a stream is a 64-bit integer, and fills each of these that is not given.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Options_Seeds_Are64BitIntegers(string name)
        => Assert.All(StreamCatalogue.Generators.Single(g => g.Name == name).Options.Where(o => o.IsSeed), o => Assert.IsType<long>(o.Default));

    [Theory, MemberData(nameof(Names))]
    public void Next_SpanOfWrongLength_Throws(string name)
    {
        InstanceStream stream = StreamCatalogue.Open(name);
        double[] features = new double[stream.Schema.AttributeCount + 1];
        Assert.Throws<ArgumentException>(() => stream.Next(features, out _));
        Assert.Throws<ArgumentException>(() => stream.Next(features.AsSpan(2), out _));
    }

    [Theory, MemberData(nameof(Names))]
    public void Next_NominalValuesAndLabels_LieInTheSchema(string name)
    {
        InstanceStream stream = StreamCatalogue.Open(name, 3);
        double[] features = new double[stream.Schema.AttributeCount];
        for (int n = 0; n < 500; n++)
        {
            Assert.True(stream.Next(features, out int label));
            Assert.InRange(label, 0, stream.Schema.ClassCount - 1);
            for (int i = 0; i < features.Length; i++)
                if (stream.Schema.Attributes[i].Domain is { } domain)
                    Assert.True(features[i] >= 0 && features[i] < domain.Count && features[i] == (int)features[i]);
        }
    }

    [Fact]
    public void Constructor_SeveralOptionsOutOfRange_NamesAllOfThem()
    {
        OptionException e = Assert.Throws<OptionException>(() => new SeaGenerator(new() { Function = 5, NoisePercentage = -1 }));
        Assert.Contains("function was 5; must be an integer in [1, 4].", e.Message);
        Assert.Contains("noisePercentage was -1; must be an integer in [0, 100].", e.Message);
    }

    [Fact]
    public void Constructor_BalancedClasses_AlternateBeginningWithOne()
    {
        SeaGenerator stream = new(new() { BalanceClasses = true, NoisePercentage = 0 });
        InstanceBlock block = new(3, 4);
        stream.Fill(block);
        Assert.Equal([1, 0, 1, 0], block.Labels.ToArray());
        stream.Restart();
        block.Clear();
        stream.Fill(block, 3);
        stream.Restart();
        stream.Fill(block);
        Assert.Equal([1, 0, 1, 1], block.Labels.ToArray());
    }

    [Fact]
    public void Constructor_MoreDriftingThanAttributes_Throws()
        => Assert.Contains("numDriftAtts was 4; must not be above numAtts, which is 3.",
            Assert.Throws<OptionException>(() => new HyperplaneGenerator(new() { NumAtts = 3, NumDriftAtts = 4 })).Message);

    [Theory]
    [InlineData(1, 0, 5, "a node at depth 1 has no attribute left to split on; numNominals was 1, numNumerics was 0.")]
    [InlineData(0, 1, int.MaxValue, "the tree grows beyond 5,000,000 nodes or 1,000 levels")]
    public void Constructor_TreeThatCannotBe_SaysWhy(int nominals, int numerics, int depth, string expected)
    {
        RandomTreeOptions options = new() { NumNominals = nominals, NumNumerics = numerics, MaxTreeDepth = depth, FirstLeafLevel = depth };
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => new RandomTreeGenerator(options)).Message);
    }

    [Theory]
    [InlineData("hyperplane:numAtts=2147483647", "numAtts was 2147483647; must not be above 1000000")]
    [InlineData("rbf:numClasses=2147483647", "numClasses was 2147483647; must not be above 1000000")]
    [InlineData("rbf-drift:numCentroids=2147483647", "numCentroids × numAtts was 21474836470; must not be above 10000000")]
    [InlineData("random-tree:numValsPerNominal=2147483647", "numNominals × numValsPerNominal was 10737418235; must not be above 1000000")]
    public void Open_MoreThanMemoryHolds_IsRefused(string text, string expected)
        => Assert.Contains(expected, Assert.Throws<StreamFormatException>(() => StreamCatalogue.Open(text)).Message);
}
