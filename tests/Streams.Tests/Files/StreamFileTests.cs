using System.Globalization;
using System.Text;
using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

public sealed class StreamFileTests : IDisposable
{
    private const string Csv = "x,class\n1,a\n2,b\n";
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("a.csv", true)]
    [InlineData("b.CSV", true)]
    [InlineData("c.Csv.GZ", true)]
    [InlineData("d.csv.csv", true)]
    [InlineData("e.ods", false)]
    [InlineData("csv", false)]
    [InlineData("f.csv.zip", false)]
    public void Open_EndingTellsTheKind(string name, bool known)
    {
        string path = _files.Write(name, Csv);
        Assert.Equal(known, StreamFile.HasKnownEnding(path));
        if (known) Assert.Equal("1 -> 0; 2 -> 1", TextFiles.Show(TextFiles.ReadAll(path)));
        else Assert.Equal($"{path}: unknown ending; a stream file ends in .csv, .csv.gz, .tsv, .tsv.gz, .arff, .arff.gz.", Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Fact]
    public void Open_NoSuchFile_SaysSo()
    {
        string path = _files.PathOf("none.csv");
        Assert.Equal($"{path}: no such file.", Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
        path = _files.PathOf("no/folder.arff.gz");
        Assert.Equal($"{path}: no such file.", Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Fact]
    public void Open_Folder_SaysSo()
    {
        string path = _files.PathOf("folder.csv");
        Directory.CreateDirectory(path);
        Assert.Equal($"{path}: is a folder; expected a file.", Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Fact]
    public void Open_OptionsOutOfRange_AreReportedTogether()
    {
        StreamFileOptions options = new() { InferenceRows = 0, NominalCap = 2_000_000, MaxRowBytes = 63, OnBadRow = (BadRowAction)7 };
        Assert.Equal("Stream file options: InferenceRows is 0; must be in [1, 1000000]; NominalCap is 2000000; must be in [1, 65536]; "
            + "MaxRowBytes is 63; must be in [64, 1073741824]; OnBadRow is 7; must be Stop or Skip.",
            Assert.Throws<ArgumentException>(() => StreamFile.Open(_files.Write("a.csv", Csv), options)).Message);
    }

    [Fact]
    public void Open_HeaderThatDoesNotFit_LeavesTheFileClosed()
    {
        string path = _files.Write("a.csv", "x\n");
        Assert.Throws<StreamFileException>(() => StreamFile.Open(path));
        using FileStream free = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(2, free.Length);
    }

    [Fact]
    public void Next_AfterDispose_Throws()
    {
        StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", Csv));
        stream.Dispose();
        stream.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stream.Next(new double[1], out _));
        Assert.Throws<ObjectDisposedException>(stream.Restart);
    }

    [Fact]
    public void Fill_ReadsBlocksUpToTheEnd()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "x,class\n" + string.Concat(Enumerable.Range(0, 25).Select(i => $"{i},c{i % 2}\n"))));
        InstanceBlock block = new(1, 10);
        List<double> values = [];
        while (stream.Fill(block) > 0)
        {
            values.AddRange(block.Features);
            block.Clear();
        }
        Assert.Equal(Enumerable.Range(0, 25).Select(i => (double)i), values);
    }

    [Fact]
    public void Numbers_HaveTheBitsOfDoubleParse()
    {
        Random random = new(17);
        List<string> texts = ["0", "-0", "1.", ".5", "-.5e1", "5e-324", "2.4703282292062327e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "1e-400", "0e999", "0.0000e-999",
            "9007199254740993", "9007199254740992.5", "9007199254740993.0000000000000000000000000001", "1e22", "1e23", "123456789012345678901234567890", "18446744073709551615", "18446744073709551616e-5",
            "000000000000000000000000000001.5", "0.000000000000000000000000000000123", "8.5e15", "45035996273704965e-1", "3e-5", "7.2057594037927933e16", "1448997445238699", "1e+05", "1E-0005"];
        for (int i = 0; i < 60_000; i++)
        {
            double bits = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (double.IsFinite(bits)) texts.Add(bits.ToString(i % 2 == 0 ? "R" : "E17"));
            texts.Add(random.NextDouble().ToString("R"));
            texts.Add($"{(i % 3 == 0 ? "-" : "")}{random.NextInt64(1L << random.Next(1, 63))}.{random.NextInt64(1L << random.Next(1, 63))}e{random.Next(-90, 90)}");
            texts.Add($"{random.Next(1000)}.{random.Next(1_000_000):000000}");
            // Half-way between two doubles, and a hair beside it.
            decimal half = (decimal)random.NextInt64(1L << 52, 1L << 53) + 0.5m;
            texts.Add(half.ToString());
            texts.Add((half + (i % 2 == 0 ? 1 : -1) * 0.000000000001m).ToString());
        }
        string path = _files.Write("a.arff", "@attribute n real\n@attribute c {p}\n@data\n" + string.Concat(texts.Select(t => $"{t},p\n")));
        using StreamFileReader stream = StreamFile.Open(path);
        double[] features = new double[1];
        foreach (string text in texts)
        {
            Assert.True(stream.Next(features, out _));
            if (BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) != BitConverter.DoubleToInt64Bits(features[0]))
                Assert.Fail($"'{text}' was read as {features[0]:R}; must be {double.Parse(text, CultureInfo.InvariantCulture):R}.");
        }
    }
}
