using System.Text;
using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

public sealed class GzipTests : IDisposable
{
    // What gzip makes of an empty file.
    private static readonly byte[] EmptyMember = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Text(int rows, int first = 0, bool header = true)
        => Encoding.UTF8.GetBytes((header ? "x,class\n" : "") + string.Concat(Enumerable.Range(first, rows).Select(i => $"{i},c{i * 7919 % 10}\n")));

    [Fact]
    public void Truncated_AtEveryLength_IsAnErrorAndEveryRowBeforeItIsRight()
    {
        byte[] whole = TextFiles.Gzip(Text(200));
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _files.WriteRaw("a.csv.gz", whole[..length]);
            List<double> rows = [];
            StreamFileException e = Assert.Throws<StreamFileException>(() =>
            {
                using StreamFileReader stream = StreamFile.Open(path);
                double[] features = new double[1];
                while (stream.Next(features, out _)) rows.Add(features[0]);
            });
            Assert.StartsWith(path, e.Message);
            Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => (double)i), rows);
            if (rows.Count > 0) Assert.EndsWith($"; {rows.Count} rows were read before it.", e.Message);
        }
    }

    [Fact]
    public void Truncated_BehindTheFirstThousandRows_NamesTheRowsReadBeforeIt()
    {
        byte[] whole = TextFiles.Gzip(Text(50_000));
        string path = _files.WriteRaw("a.csv.gz", whole[..(whole.Length / 2)]);
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { OnBadRow = BadRowAction.Skip });
        double[] features = new double[1];
        int rows = 0;
        StreamFileException e = Assert.Throws<StreamFileException>(() =>
        {
            while (stream.Next(features, out _)) Assert.Equal(rows++, features[0]);
        });
        Assert.InRange(rows, 10_000, 49_999);
        Assert.Equal($"{path}: reading failed after line {rows + 1}: the compressed data end early or are damaged at the end; {rows} rows were read before it.", e.Message);
        Assert.Equal(0, stream.BadRowCount);
    }

    [Fact]
    public void Damaged_AnyByte_IsNeverReadAsAWholeFile()
    {
        byte[] whole = TextFiles.Gzip(Text(300));
        List<Instance> expected = TextFiles.ReadAll(_files.WriteRaw("good.csv.gz", whole));
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            string path = _files.WriteRaw("a.csv.gz", damaged);
            Exception? e = Record.Exception(() => TextFiles.ReadAll(path));
            if (e is null) Assert.Equal(expected, TextFiles.ReadAll(path));
            else Assert.IsAssignableFrom<StreamFileException>(e);
        }
    }

    [Fact]
    public void Members_OneBehindAnother_AreOneText()
    {
        byte[] joined = [.. TextFiles.Gzip(Text(3)), .. EmptyMember, .. TextFiles.Gzip(Text(40_000, 3, header: false))];
        List<Instance> rows = TextFiles.ReadAll(_files.WriteRaw("a.csv.gz", joined));
        Assert.Equal(Enumerable.Range(0, 40_003).Select(i => (double)i), rows.Select(r => r.Features[0]));
        string path = _files.WriteRaw("b.csv.gz", joined[..^1]);
        Assert.Throws<StreamFileException>(() => TextFiles.ReadAll(path));
    }

    [Fact]
    public void SomethingElseBehindTheData_IsAnError()
    {
        string path = _files.WriteRaw("a.csv.gz", [.. TextFiles.Gzip(Text(3)), .. "garbage"u8]);
        Assert.Equal($"{path}: reading failed after line 4: something that is not gzip follows the compressed data; 3 rows were read before it.",
            Assert.Throws<StreamFileException>(() => TextFiles.ReadAll(path)).Message);
    }

    [Fact]
    public void NotGzip_SaysSo()
    {
        string path = _files.WriteRaw("a.csv.gz", Text(3));
        Assert.Equal($"{path}: the name says gzip, but the file does not begin with the gzip mark 1F 8B (it holds something else); rename or compress it.",
            Assert.Throws<StreamFileException>(() => TextFiles.ReadAll(path)).Message);
        path = _files.WriteRaw("a.arff.gz", []);
        Assert.Equal($"{path}: the name says gzip, but the file does not begin with the gzip mark 1F 8B (it is empty); rename or compress it.",
            Assert.Throws<StreamFileException>(() => TextFiles.ReadAll(path)).Message);
    }

    [Fact]
    public void EmptyText_IsAnEmptyFile()
    {
        string path = _files.WriteRaw("a.csv.gz", EmptyMember);
        Assert.Equal($"{path}: the file is empty; expected a line with the column names.", Assert.Throws<StreamFileException>(() => TextFiles.ReadAll(path)).Message);
    }
}
