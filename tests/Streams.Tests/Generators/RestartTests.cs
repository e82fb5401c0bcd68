using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Streams.Tests.Generators;

/// <summary>What a restart brings back, and what it does not.</summary>
public sealed class RestartTests
{
    private const int Length = 300;

    // Streams with state that survives: a drift's choice goes on, moved centroids stay where they are.
    private static readonly string[] s_texts = [.. GoldenStreams.Texts];
    private static readonly string[] s_restartable =
        [.. s_texts.Where(t => StreamCatalogue.Open(t) is not (Streams.Composition.ConceptDriftStream or Streams.Generators.RandomRbfDriftGenerator)
            && !IsWaveformDrift(t))];

    [Fact]
    public void Restart_AfterAnyNumberOfDraws_EqualsFresh()
        => Prop.ForAll(Cases(s_restartable), c =>
        {
            InstanceStream stream = StreamCatalogue.Open(c.Text, c.Seed);
            Hash(stream, c.Draws);
            stream.Restart();
            return Hash(stream, Length) == Hash(StreamCatalogue.Open(c.Text, c.Seed), Length);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Restart_BeforeTheFirstDraw_EqualsFresh()
        => Prop.ForAll(Cases([.. s_texts.Where(t => !IsWaveformDrift(t))]), c =>
        {
            InstanceStream stream = StreamCatalogue.Open(c.Text, c.Seed);
            stream.Restart();
            return Hash(stream, Length) == Hash(StreamCatalogue.Open(c.Text, c.Seed), Length);
        }).QuickCheckThrowOnFailure();

    [Theory, InlineData("waveform-drift:numberAttributesDrift=3", 0), InlineData("rbf-fast", 1)]
    public void Restart_OfStreamWithLastingState_DiffersFromFresh(string text, int draws)
    {
        InstanceStream stream = StreamCatalogue.Open(text);
        Hash(stream, draws);
        stream.Restart();
        Assert.NotEqual(Hash(StreamCatalogue.Open(text), Length), Hash(stream, Length));
    }

    [Fact]
    public void Restart_OfWaveformDrift_EqualsItsOtherRestarts()
    {
        InstanceStream stream = StreamCatalogue.Open("waveform-shifted");
        stream.Restart();
        string first = Hash(stream, Length);
        stream.Restart();
        Assert.Equal(first, Hash(stream, Length));
    }

    private static bool IsWaveformDrift(string text) => StreamCatalogue.Open(text) is Streams.Generators.WaveformDriftGenerator;

    private static Arbitrary<(string Text, long Seed, int Draws)> Cases(string[] texts)
        => (from text in Gen.Elements(texts)
            from seed in ArbMap.Default.GeneratorFor<long>()
            from draws in Gen.Choose(0, 200)
            select (text, seed, draws)).ToArbitrary();

    private static string Hash(InstanceStream stream, int count)
    {
        using StreamHash hash = new();
        InstanceBlock block = new(stream.Schema.AttributeCount, Math.Max(1, count));
        stream.Fill(block, count);
        hash.Add(block);
        return hash.Current();
    }
}
