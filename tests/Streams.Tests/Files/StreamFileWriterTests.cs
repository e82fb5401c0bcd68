using System.Text;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Arff;
using StreamMoe.Streams.Files.Csv;

namespace StreamMoe.Streams.Tests.Files;

public sealed class StreamFileWriterTests : IDisposable
{
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static Schema Odd() => new("my 'data'",
        [SchemaAttribute.Numeric("1"), SchemaAttribute.Numeric("a \"b\""), SchemaAttribute.Nominal("s,t", ["x", "y, z", "50%", "?", "q\"q"])],
        SchemaAttribute.Nominal("class", ["1", "no", "l\nm"]));

    private static void WriteRows(StreamFileWriter writer)
    {
        writer.Write([0.1, -0.0, 0], 0);
        writer.Write([1e300, 5e-324, 1], 1);
        writer.Write([double.NaN, 1.0 / 3, 2], InstanceBlock.NoLabel);
        writer.Write([-12345678, 0, double.NaN], 2);
        writer.Write([0, 1, 3], 0);
        writer.Write([0, 1, 4], 0);
    }

    [Fact]
    public void Csv_Text()
    {
        MemoryStream output = new();
        using (CsvStreamWriter writer = new(output, Odd(), leaveOpen: true))
        {
            WriteRows(writer);
            Assert.Equal(6, writer.RowCount);
        }
        Assert.Equal(string.Join("\n",
            "\"1\",\"a \"\"b\"\"\",\"s,t\",class",
            "0.1,-0,x,1",
            "1E+300,5E-324,\"y, z\",no",
            ",0.3333333333333333,50%,",
            "-12345678,0,,\"l\nm\"",
            "0,1,\"?\",1",
            "0,1,\"q\"\"q\",1",
            ""), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Arff_Text()
    {
        MemoryStream output = new();
        using (ArffStreamWriter writer = new(output, Odd(), leaveOpen: true)) WriteRows(writer);
        Assert.Equal(string.Join("\n",
            @"@relation 'my \'data\''",
            "",
            "@attribute 1 numeric",
            "@attribute 'a \"b\"' numeric",
            "@attribute 's,t' {x,'y, z','50%','?','q\"q'}",
            @"@attribute class {1,no,'l\nm'}",
            "",
            "@data",
            "0.1,-0,x,1",
            "1E+300,5E-324,'y, z',no",
            "?,0.3333333333333333,'50%',?",
            @"-12345678,0,?,'l\nm'",
            "0,1,'?',1",
            "0,1,'q\"q',1",
            ""), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.csv.gz")]
    [InlineData("a.arff")]
    [InlineData("A.ARFF.GZ")]
    public void Create_EndingTellsTheKind_AndTheFileReadsBack(string name)
    {
        string path = _files.PathOf(name);
        Schema schema = new("a", [SchemaAttribute.Numeric("x"), SchemaAttribute.Nominal("s", ["u", "v"])], SchemaAttribute.Nominal("class", ["p", "q"]));
        Random random = new(4);
        List<Instance> rows = [new([0, 0], 0), new([1, 1], 1), .. Enumerable.Range(0, 20_000).Select(_ => new Instance([random.NextDouble(), random.Next(2)], random.Next(-1, 2)))];
        using (StreamFileWriter writer = StreamFileWriter.Create(path, schema))
            foreach (Instance row in rows) writer.Write(row.Features, row.Label);
        Assert.Equal(rows, TextFiles.ReadAll(path));
    }

    [Fact]
    public void Create_UnknownEndingOrFolder_SaysSo()
    {
        Schema schema = Odd();
        Assert.Equal("a.txt: unknown ending; a stream file ends in .csv, .csv.gz, .tsv, .tsv.gz, .arff, .arff.gz.", Assert.Throws<StreamFileException>(() => StreamFileWriter.Create("a.txt", schema)).Message);
        string path = _files.PathOf("no/a.csv");
        Assert.StartsWith($"{path}: cannot be created: ", Assert.Throws<StreamFileException>(() => StreamFileWriter.Create(path, schema)).Message);
    }

    [Fact]
    public void Write_WhatCannotBeWritten_ThrowsAndWritesNothing()
    {
        foreach (bool arff in (bool[])[false, true])
        {
            MemoryStream output = new();
            StreamFileWriter writer = arff ? new ArffStreamWriter(output, Odd()) : new CsvStreamWriter(output, Odd());
            writer.Flush();
            long header = output.Length;
            Check([0, 0], 0, "Features have length 2; must be 3.");
            Check([double.NegativeInfinity, 0, 0], 0, "Attribute '1' is -Infinity; must be finite, or NaN for missing.");
            Check([0, 0, 5], 0, "Nominal 's,t' is 5; must be an index in [0, 5).");
            Check([0, 0, 0.5], 0, "Nominal 's,t' is 0.5; must be an index in [0, 5).");
            Check([0, 0, -1], 0, "Nominal 's,t' is -1; must be an index in [0, 5).");
            Check([0, 0, 0], 3, "Nominal 'class' is 3; must be an index in [0, 3).");
            Check([0, 0, 0], -2, "Nominal 'class' is -2; must be an index in [0, 3).");
            writer.Flush();
            Assert.Equal((header, 0), (output.Length, writer.RowCount));
            writer.Dispose();
            writer.Dispose();
            Assert.Throws<ObjectDisposedException>(() => writer.Write([0, 0, 0], 0));

            void Check(double[] features, int label, string message)
                => Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => writer.Write(features, label)).Message);
        }
    }

    [Fact]
    public void Write_ValueThatTheSchemaGotLater_IsWrittenAsCsvAndRefusedAsArff()
    {
        Schema schema = new("a", [SchemaAttribute.Numeric("x")], SchemaAttribute.Nominal("class", ["p"]));
        using CsvStreamWriter csv = new(Stream.Null, schema);
        using ArffStreamWriter arff = new(Stream.Null, schema);
        schema.Class.Domain!.TryGetOrAdd("q", out int q);
        csv.Write([0], q);
        Assert.Equal("Nominal 'class' is 1; must be an index in [0, 1).", Assert.Throws<ArgumentException>(() => arff.Write([0], q)).Message);
    }

    [Fact]
    public void Names_ThatCannotBeWritten_AreRefused()
    {
        Schema none = new("a", [SchemaAttribute.Nominal("s", [])], SchemaAttribute.Nominal("class", ["p"]));
        Assert.Equal("Nominal 's' has no values; ARFF needs at least one.", Assert.Throws<ArgumentException>(() => new ArffStreamWriter(Stream.Null, none)).Message);
        Schema nul = new("a", [SchemaAttribute.Numeric("x\0")], SchemaAttribute.Nominal("class", ["p"]));
        Assert.Equal("'x\\u0000' has a NUL character, which text does not have; it cannot be written.", Assert.Throws<ArgumentException>(() => new CsvStreamWriter(Stream.Null, nul)).Message);
        Schema broken = new("a", [SchemaAttribute.Numeric("x\uD800")], SchemaAttribute.Nominal("class", ["p"]));
        Assert.Equal("'x\uFFFD' is not valid Unicode; it cannot be written.", Assert.Throws<ArgumentException>(() => new CsvStreamWriter(Stream.Null, broken)).Message);
    }
}
