using System.Globalization;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Tests.Common;

namespace StreamMoe.Streams.Tests.Generators;

/// <summary>Every golden configuration gives MOA's instances, bit for bit; a stream of our own gives the same ones for ever.</summary>
public sealed class GoldenStreamTests
{
    private const int HundredThousand = 100_000;
    private const int Million = 1_000_000;

    public static TheoryData<string, string> All => Rows(GoldenStreams.All);

    public static TheoryData<string, string> Own => Rows(GoldenStreams.Own);

    public static TheoryData<string, string> Paper => Rows(GoldenStreams.All.Where(s => GoldenStreams.Paper.Contains(s.Name)));

    [Fact]
    public void Rows_CoverTheManifest() => Assert.Equal(GoldenManifest.Names.Order(), GoldenStreams.All.Select(s => s.Name).Order());

    [Fact]
    public void Rows_CoverTheCatalogue()
        => Assert.Empty(StreamCatalogue.Generators.Select(g => g.Name).Except(GoldenStreams.Texts.Select(t => t.Split(':', ' ')[0])));

    [Theory, MemberData(nameof(Own))]
    public void Fresh_OfOurOwn_GivesWhatItGaveWhenItWasNew(string text, string expected)
    {
        using InstanceStream stream = StreamCatalogue.Open(text);
        using StreamHash hash = new();
        InstanceBlock block = new(stream.Schema.AttributeCount, 10_000);
        stream.Fill(block);
        hash.Add(block);
        Assert.Equal(expected, hash.Current());
    }

    [Theory, MemberData(nameof(All))]
    public void Fresh_EqualsMoa(string name, string text)
    {
        foreach (int seed in (int[])[1, 2])
        {
            using InstanceStream stream = StreamCatalogue.Open(text, seed);
            AssertEqual(GoldenManifest.Of(name, seed).Fresh, stream, HundredThousand);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Schema_EqualsMoa(string name, string text)
    {
        GoldenManifest.Entry golden = GoldenManifest.Of(name, 1);
        Schema schema = StreamCatalogue.Open(text).Schema;
        Assert.Equal(golden.Attributes, schema.Attributes.Select(a => a.Domain?.Count ?? 0));
        Assert.Equal(golden.Classes, schema.ClassCount);
    }

    [Theory, MemberData(nameof(All))]
    public void FirstInstances_EqualMoaValueByValue(string name, string text)
    {
        using StreamReader csv = new(GoldenFiles.Open("streams", name + "_s1.csv.gz"));
        InstanceStream stream = StreamCatalogue.Open(text);
        double[] features = new double[stream.Schema.AttributeCount];
        int row = 0;
        for (; csv.ReadLine() is { } line; row++)
        {
            Assert.True(stream.Next(features, out int label));
            double[] golden = [.. line.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            Assert.True(features.SequenceEqual(golden[..^1]), $"{name}, row {row}: expected {line}, found {string.Join(',', features)}");
            Assert.Equal(golden[^1], label);
        }
        Assert.Equal(200, row);
    }

    [Theory, MemberData(nameof(Paper))]
    public void Restarted_EqualsMoa(string name, string text)
    {
        foreach (int seed in (int[])[1, 2])
        {
            GoldenManifest.Entry golden = GoldenManifest.Of(name, seed);
            InstanceStream stream = StreamCatalogue.Open(text, seed);
            stream.Restart();
            AssertEqual(golden.AfterRestart!, stream, HundredThousand);
            AssertEqual(golden.AfterRestartDrawRestart!, RestartedAfterOneDraw(text, seed), HundredThousand);
        }
    }

    [Theory, MemberData(nameof(Paper)), Trait("Category", "Slow")]
    public void Million_EqualsMoa(string name, string text)
    {
        foreach (int seed in (int[])[1, 2])
        {
            GoldenManifest.Entry golden = GoldenManifest.Of(name, seed);
            AssertEqual(golden.Fresh, StreamCatalogue.Open(text, seed), Million);
            AssertEqual(golden.AfterRestartDrawRestart!, RestartedAfterOneDraw(text, seed), Million);
        }
    }

    private static TheoryData<string, string> Rows(IEnumerable<(string Name, string Text)> streams)
    {
        TheoryData<string, string> rows = new();
        foreach ((string name, string text) in streams) rows.Add(name, text);
        return rows;
    }

    private static InstanceStream RestartedAfterOneDraw(string text, int seed)
    {
        InstanceStream stream = StreamCatalogue.Open(text, seed);
        stream.Restart();
        stream.Next(new double[stream.Schema.AttributeCount], out _);
        stream.Restart();
        return stream;
    }

    /// <summary>Draws the stream once and compares at every count the run has, up to the last one.</summary>
    private static void AssertEqual(GoldenManifest.Run golden, InstanceStream stream, int last)
    {
        Assert.Contains(last, golden.Sha256.Keys);
        using StreamHash hash = new();
        InstanceBlock block = new(stream.Schema.AttributeCount, 1000);
        int[] counts = new int[stream.Schema.ClassCount];
        for (int drawn = 0; drawn < last;)
        {
            block.Clear();
            drawn += stream.Fill(block);
            hash.Add(block);
            foreach (int label in block.Labels) counts[label]++;
            if (!golden.Sha256.TryGetValue(drawn, out string? expected)) continue;
            Assert.Equal(golden.ClassCounts[drawn], counts);
            Assert.Equal((drawn, expected), (drawn, hash.Current()));
        }
    }
}
