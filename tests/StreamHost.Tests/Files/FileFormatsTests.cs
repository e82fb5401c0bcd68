using System.IO.Compression;
using System.Text;
using Parquet;
using Parquet.Schema;
using StreamMoe.StreamHost.Files;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Files;

/// <summary>Files that are packed, or no text at all, give the rows of the text that is in them; damaged ones say so.</summary>
public sealed class FileFormatsTests : IDisposable
{
    private static readonly byte[] s_text = Encoding.UTF8.GetBytes("n,s,class\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i * 7919 % 1000},{(i % 3 == 0 ? "a" : "b")},{(i % 2 == 0 ? "p" : "q")}\n")));
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Packings => ["zst", "xz", "bz2", "zip"];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Packings))]
    public void Open_Packed_HasTheRowsOfTheText(string packing)
    {
        string plain = Write("plain.csv", s_text), path = Write($"a.csv.{packing}", Packed(packing, s_text));
        Assert.True(FileFormats.IsKnown(path));
        using StreamFileReader expected = StreamFile.Open(plain), stream = FileFormats.Open(path, new StreamFileOptions());
        Assert.Equal("a", stream.Schema.Relation);
        for (int pass = 0; pass < 2; pass++)
        {
            double[] wanted = new double[2], found = new double[2];
            while (expected.Next(wanted, out int label))
            {
                Assert.True(stream.Next(found, out int read));
                Assert.Equal((wanted[0], wanted[1], label), (found[0], found[1], read));
            }
            Assert.False(stream.Next(found, out _));
            expected.Restart();
            stream.Restart();
        }
    }

    [Theory, MemberData(nameof(Packings))]
    public void Open_DamagedOrCut_SaysSo(string packing)
    {
        byte[] packed = Packed(packing, s_text);
        byte[] flipped = [.. packed];
        flipped[packed.Length / 2] ^= 0x40;
        foreach (byte[] bytes in (byte[][])[packed[..(packed.Length / 2)], packed[..^9], flipped, [1, 2, 3, 4, 5], []])
        {
            string path = Write($"a.csv.{packing}", bytes);
            string message = Assert.ThrowsAny<StreamFileException>(() =>
            {
                using StreamFileReader stream = FileFormats.Open(path, new StreamFileOptions());
                double[] features = new double[2];
                while (stream.Next(features, out _)) { }
            }).Message;
            Assert.StartsWith(path, message);
        }
    }

    [Fact]
    public void Open_ZipWithSeveralFilesOrNoTable_SaysWhatIsInIt()
    {
        string two = Write("a.zip", Zip(("a.csv", s_text), ("b.csv", s_text)));
        Assert.Contains("has 2 files (a.csv, b.csv…); expected one", Assert.Throws<StreamFileException>(() => FileFormats.Open(two, new StreamFileOptions())).Message);
        string other = Write("b.zip", Zip(("readme.txt", s_text)));
        Assert.Contains("holds 'readme.txt'; the file in it must end in .csv, .tsv or .arff.", Assert.Throws<StreamFileException>(() => FileFormats.Open(other, new StreamFileOptions())).Message);
        using StreamFileReader inner = FileFormats.Open(Write("c.zip", Zip(("__MACOSX/x", [1]), ("folder/", []), ("folder/rows.csv", s_text))), new StreamFileOptions());
        Assert.Equal("rows", inner.Schema.Relation);
    }

    [Fact]
    public void Read_UnpacksToFarMoreThanItsSize_IsRefused()
    {
        using BoundedInput input = new(new MemoryStream(new byte[1000]) { Position = 1000 }, new Endless());
        byte[] buffer = new byte[1 << 20];
        long bytes = 0;
        string message = Assert.Throws<InvalidDataException>(() =>
        {
            while (bytes < 2 * BoundedInput.FreeBytes) bytes += input.Read(buffer);
        }).Message;
        Assert.Equal("the file unpacks to more than 2,000 times its size; unpack it yourself if that is right", message);
        Assert.InRange(bytes, BoundedInput.FreeBytes - buffer.Length, BoundedInput.FreeBytes + buffer.Length);
    }

    [Fact]
    public void Open_XzThatWantsAHugeDictionary_IsRefused()
    {
        byte[] packed = Packed("xz", s_text);
        packed[packed.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x21, 0x01]) + 2] = 40; // 4 GiB
        string message = Assert.Throws<StreamFileException>(() => FileFormats.Open(Write("a.csv.xz", packed), new StreamFileOptions())).Message;
        Assert.Contains("dictionary of 4,095 MiB, the most allowed is 128 MiB", message);
    }

    [Fact]
    public async Task Open_Parquet_HasItsTypes()
    {
        ParquetSchema schema = new(new DataField<double?>("x"), new DataField<int>("count"), new DataField<bool>("flag"), new DataField<string>("code"), new DataField<DateTime>("when"), new DataField<string>("class"));
        string path = _folder.File("a.parquet");
        await using (FileStream file = File.Create(path))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file))
            for (int group = 0; group < 2; group++)
            {
                using ParquetRowGroupWriter rows = writer.CreateRowGroup();
                await rows.WriteAsync<double>(schema.DataFields[0], new double?[] { 0.1 + group, null });
                await rows.WriteAsync<int>(schema.DataFields[1], new[] { 3, -4 });
                await rows.WriteAsync<bool>(schema.DataFields[2], new[] { true, false });
                await rows.WriteAsync(schema.DataFields[3], new[] { "007", "a \"b\", c" });
                await rows.WriteAsync<DateTime>(schema.DataFields[4], new[] { DateTime.UnixEpoch.AddSeconds(90), DateTime.UnixEpoch });
                await rows.WriteAsync(schema.DataFields[5], new[] { "p", "q" });
                rows.CompleteValidate();
            }
        using StreamFileReader stream = FileFormats.Open(path, new StreamFileOptions());
        Assert.Equal("x count flag{true,false} code{007,a \"b\", c} when class{p,q}", string.Join(' ', stream.Schema.Attributes.Append(stream.Schema.Class).Select(a => a.Domain is { } d ? $"{a.Name}{{{string.Join(',', d.Values)}}}" : a.Name)));
        double[] features = new double[5];
        List<string> found = [];
        while (stream.Next(features, out int label)) found.Add($"{string.Join(' ', features)} {label}");
        Assert.Equal(["0.1 3 0 0 90 0", "NaN -4 1 1 0 1", "1.1 3 0 0 90 0", "NaN -4 1 1 0 1"], found);
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path).Take(40)]);
        Assert.Contains("Is this a Parquet file?", Assert.Throws<StreamFileException>(() => FileFormats.Open(path, new StreamFileOptions())).Message);
    }

    [Fact]
    public void Pipe_IsReadAgainAtItsBeginning_WhileThatIsKept()
    {
        PipeInput pipe = new(new MemoryStream(s_text));
        TextSource source = new() { Name = "standard input", Kind = TextKind.Csv, Open = pipe.Open };
        using StreamFileReader stream = StreamFile.Open(source);
        double[] features = new double[2];
        int rows = 0;
        while (stream.Next(features, out _)) rows++;
        Assert.Equal(3000, rows);
        PipeInput large = new(new Endless());
        using Stream reader = large.Open();
        byte[] buffer = new byte[1 << 20];
        for (long read = 0; read <= PipeInput.KeptBytes;) read += reader.Read(buffer);
        Assert.Contains("cannot be read a second time after its first 64 MiB", Assert.Throws<StreamFileException>(large.Open).Message);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Packed(string packing, byte[] text) => packing switch
    {
        "zst" => Zstandard(text),
        "zip" => Zip(("a.csv", text)),
        "xz" => Convert.FromBase64String(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Files", "sample.csv.xz.base64"))),
        _ => Bzip2(text),
    };

    private static byte[] Zstandard(byte[] text)
    {
        using ZstdSharp.Compressor compressor = new();
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(text).ToArray();
    }

    private static byte[] Bzip2(byte[] text)
    {
        using MemoryStream packed = new();
        using (Stream bzip2 = SharpCompress.Compressors.BZip2.BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false, leaveOpen: true)) bzip2.Write(text);
        return packed.ToArray();
    }

    private static byte[] Zip(params ReadOnlySpan<(string Name, byte[] Bytes)> files)
    {
        using MemoryStream packed = new();
        using (ZipArchive archive = new(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] bytes) in files)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        return packed.ToArray();
    }

    private sealed class Endless : ReadOnlyInput
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            return buffer.Length;
        }
    }
}
