using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Composition;
using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Composition;

public sealed class DerivedStreamTests
{
    [Theory]
    [InlineData("agrawal", "groupA", 0.01)]
    [InlineData("agrawal", "groupB", 0.001)]
    [InlineData("sine-abrupt", "positive", 0.05)]
    public void Thinned_TheClassHasTheShareAskedFor(string text, string name, double share)
    {
        using ThinnedStream stream = new(StreamCatalogue.Open(text), name, share, seed: 1);
        (double[] features, int thin) = (new double[stream.Schema.AttributeCount], stream.Schema.Class.Domain!.Values.ToList().IndexOf(name));
        const int rows = 100_000;
        int found = 0;
        for (int i = 0; i < rows; i++)
        {
            stream.Next(features, out int label);
            if (label == thin) found++;
        }
        double deviation = Math.Sqrt(share * (1 - share) / rows);
        Assert.InRange((double)found / rows, share * 0.95 - 3 * deviation, share * 1.05 + 3 * deviation);
    }

    [Fact]
    public void Thinned_OtherRowsAndTheirOrderStay()
    {
        using InstanceStream whole = StreamCatalogue.Open("sine");
        using ThinnedStream stream = new(StreamCatalogue.Open("sine"), "positive", 0.02, seed: 1);
        double[] kept = new double[4], all = new double[4];
        for (int i = 0; i < 2000; i++)
        {
            stream.Next(kept, out int label);
            int drawn;
            do whole.Next(all, out drawn); while (drawn == 0 && (label != 0 || all[0] != kept[0] || all[1] != kept[1]));
            Assert.Equal((label, kept[0], kept[1]), (drawn, all[0], all[1]));
        }
    }

    [Fact]
    public void Thinned_RarerAlready_KeepsEveryRow()
    {
        using ThinnedStream stream = new(new ConstantStream(0, length: 500), "1", 0.3, seed: 1);
        double[] features = new double[1];
        int rows = 0;
        while (stream.Next(features, out _)) rows++;
        Assert.Equal(500, rows);
    }

    [Fact]
    public void Noise_IsUniformAndLeavesTheStreamAsItIs()
    {
        using InstanceStream plain = StreamCatalogue.Open("sea", seed: 7);
        using NoiseAttributesStream stream = new(StreamCatalogue.Open("sea", seed: 7), 4, seed: 7);
        Assert.Equal(["attrib1", "attrib2", "attrib3", "noise1", "noise2", "noise3", "noise4"], stream.Schema.Attributes.Select(a => a.Name));
        double[] own = new double[3], all = new double[7];
        double sum = 0, squares = 0;
        const int rows = 5000;
        for (int i = 0; i < rows; i++)
        {
            plain.Next(own, out int label);
            stream.Next(all, out int found);
            Assert.Equal(label, found);
            Assert.Equal(own, all[..3]);
            foreach (double value in all[3..])
            {
                Assert.InRange(value, 0, 1);
                sum += value;
                squares += value * value;
            }
        }
        Assert.InRange(sum / (4 * rows), 0.49, 0.51);
        Assert.InRange(squares / (4 * rows), 0.32, 0.345);
    }

    [Fact]
    public void Restart_DrawsTheSameAgain()
    {
        using NoiseAttributesStream stream = new(new ThinnedStream(StreamCatalogue.Open("sine"), "negative", 0.1, seed: 3), 2, seed: 3);
        string first = HashOf(stream);
        stream.Restart();
        Assert.Equal(first, HashOf(stream));
        using NoiseAttributesStream other = new(new ThinnedStream(StreamCatalogue.Open("sine"), "negative", 0.1, seed: 4), 2, seed: 3);
        Assert.NotEqual(first, HashOf(other));
    }

    [Fact]
    public void Dispose_TakesTheStreamUnderneathAlong()
    {
        ConstantStream source = new(0);
        new NoiseAttributesStream(new ThinnedStream(source, "1", 0.5, seed: 1), 1, seed: 1).Dispose();
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public void Thinned_OfAFile_CountsBadRowsAndPassesRowsWithoutALabel()
    {
        string path = Path.Combine(Path.GetTempPath(), $"thin-{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, "x,y\n1,a\n2,b\n3,\nbad,b\n4,b\n");
        try
        {
            using ThinnedStream stream = new(StreamFile.Open(path, new StreamFileOptions { OnBadRow = BadRowAction.Skip, InferenceRows = 2 }), "a", 0.5, seed: 1);
            double[] features = new double[1];
            List<int> labels = [];
            while (stream.Next(features, out int label)) labels.Add(label);
            Assert.Equal([0, 1, InstanceBlock.NoLabel, 1], labels);
            Assert.Equal(1, stream.BadRowCount);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Make_OutOfRange_SaysWhatIsAllowed()
    {
        Assert.Contains("must be one of 0, 1", Assert.Throws<ArgumentException>(() => new ThinnedStream(new ConstantStream(0), "2", 0.1, 1)).Message);
        foreach (double share in (double[])[0, 1, -0.1, double.NaN])
            Assert.Contains("above 0 and below 1", Assert.Throws<ArgumentOutOfRangeException>(() => new ThinnedStream(new ConstantStream(0), "1", share, 1)).Message);
        foreach (int count in (int[])[0, 1001])
            Assert.Contains("in [1, 1000]", Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseAttributesStream(new ConstantStream(0), count, 1)).Message);
    }

    private static string HashOf(InstanceStream stream)
    {
        using StreamHash hash = new();
        double[] features = new double[stream.Schema.AttributeCount];
        for (int i = 0; i < 3000; i++)
        {
            stream.Next(features, out int label);
            hash.Add(features, label);
        }
        return hash.Current();
    }
}
