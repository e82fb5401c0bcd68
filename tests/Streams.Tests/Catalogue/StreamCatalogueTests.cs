using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Composition;
using StreamMoe.Streams.Generators;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Tests.Catalogue;

public sealed class StreamCatalogueTests
{
    [Theory]
    [InlineData("led-abrupt", 24, 10, "249975/50 499975/50 749975/50")]
    [InlineData("led-gradual", 24, 10, "225000/50000 475000/50000 725000/50000")]
    [InlineData("sea-abrupt", 3, 2, "249975/50 499975/50 749975/50")]
    [InlineData("sea-gradual", 3, 2, "225000/50000 475000/50000 725000/50000")]
    [InlineData("rbf-moderate", 10, 2, "")]
    [InlineData("rbf-fast", 10, 2, "")]
    [InlineData("rbf-moderate-5c", 10, 5, "")]
    [InlineData("rbf-fast-5c", 10, 5, "")]
    [InlineData("agrawal-abrupt", 9, 2, "25000/50 50000/50 75000/50")]
    [InlineData("agrawal-gradual", 9, 2, "25000/5000 50000/5000 75000/5000")]
    [InlineData("sine-abrupt", 4, 2, "25000/50 50000/50 75000/50")]
    [InlineData("stagger-abrupt", 3, 2, "33333/1 66666/1")]
    [InlineData("hyperplane-fast", 10, 2, "")]
    [InlineData("random-tree", 10, 2, "")]
    [InlineData("waveform-shifted", 21, 3, "")]
    public void NamedStreams_AreDescribed(string name, int attributes, int classes, string drifts)
    {
        NamedStream stream = Assert.Single(StreamCatalogue.NamedStreams, s => s.Name == name);
        Assert.Equal((attributes, classes), (stream.AttributeCount, stream.ClassCount));
        Assert.Equal(drifts, string.Join(' ', stream.Drifts.Select(d => $"{d.Position}/{d.Width}")));
        Assert.NotEmpty(stream.Description);
        Assert.Equal(15, StreamCatalogue.NamedStreams.Count);
    }

    // Hashes of golden files are compared in GoldenStreamTests, where each name of the specification stands beside the name here.
    [Fact]
    public void NamedStreams_WrittenOut_AreTheSame()
    {
        foreach (NamedStream stream in StreamCatalogue.NamedStreams)
            Assert.Equal(First(StreamCatalogue.Open(stream.Name, 5)), First(StreamCatalogue.Open(stream.Text, 5)));
    }

    [Fact]
    public void Generators_ListTheirOptions()
    {
        GeneratorInfo sea = StreamCatalogue.Generators.Single(g => g.Name == "sea");
        Assert.Equal(["function", "instanceRandomSeed", "balanceClasses", "numInstancesConcept", "noisePercentage"], sea.Options.Select(o => o.Name));
        OptionInfo function = sea.Options[0];
        Assert.Equal((1, "an integer in [1, 4]", false), ((int)function.Default, function.Allowed, function.IsSeed));
        Assert.Equal((1L, "any 64-bit integer", true), ((long)sea.Options[1].Default, sea.Options[1].Allowed, sea.Options[1].IsSeed));
        Assert.All(StreamCatalogue.Generators, g => Assert.NotEmpty(g.Description));
        Assert.All(StreamCatalogue.Generators.SelectMany(g => g.Options), o => Assert.NotEmpty(o.Description));
    }

    [Fact]
    public void Open_GeneratorWithOptions_EqualsOneMadeWithThem()
        => Assert.Equal(
            First(new SeaGenerator(new() { Function = 3, NoisePercentage = 20, InstanceRandomSeed = 7 })),
            First(StreamCatalogue.Open("sea:function=3,noisePercentage=20,instanceRandomSeed=7", seed: 99)));

    [Fact]
    public void Open_Seed_FillsAllSeedsNotGiven()
    {
        Assert.Equal(
            First(new RandomRbfGenerator(new() { ModelRandomSeed = 9, InstanceRandomSeed = 9 })),
            First(StreamCatalogue.Open("rbf", seed: 9)));
        Assert.Equal(
            First(new RandomTreeGenerator(new() { TreeRandomSeed = 4, InstanceRandomSeed = 9 })),
            First(StreamCatalogue.Open("random-tree:treeRandomSeed=4", seed: 9)));
    }

    [Fact]
    public void Open_Composition_NestsFromLeftToRightWithChoiceSeededOne()
    {
        SeaGenerator Sea(int function) => new(new() { Function = function, InstanceRandomSeed = 5 });
        ConceptDriftStream expected = new(
            new ConceptDriftStream(Sea(1), Sea(2), new() { Position = 50, Width = 20 }),
            Sea(4),
            new() { Position = 100, Width = 30, RandomSeed = 8 });
        Assert.Equal(First(expected), First(StreamCatalogue.Open("sea:function=1 @50/20 sea:function=2  @100/30:randomSeed=8 sea:function=4", seed: 5)));
        Assert.NotEqual(First(expected), First(StreamCatalogue.Open("sea:function=1 @50/20 sea:function=2 @100/30 sea:function=4", seed: 5)));
    }

    [Fact]
    public void Open_CompositionOfNamedStreams_IsNested()
    {
        InstanceStream stream = StreamCatalogue.Open("stagger-abrupt @100000/10 stagger:function=1");
        Assert.Equal([33333, 66666, 100000], DriftPoint.Of(stream).Select(d => d.Position));
    }

    [Fact]
    public void Open_RecurrentDrift_EqualsOneMadeWithItsOptions()
    {
        RecurrentConceptDriftStream expected = new(new SineGenerator(new()), new SineGenerator(new() { Function = 2 }),
            new() { Position = 20, Width = 5, WidthRecurrence = 30, StabPeriod = 40, NumRep = 3 });
        Assert.Equal(First(expected), First(StreamCatalogue.Open("sine @20/5/30/40/3 sine:function=2")));
    }

    private static string First(InstanceStream stream)
    {
        using StreamHash hash = new();
        InstanceBlock block = new(stream.Schema.AttributeCount, 200);
        stream.Fill(block);
        hash.Add(block);
        return hash.Current();
    }
}
