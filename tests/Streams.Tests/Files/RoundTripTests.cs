using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>What is written reads back: the same schema and the same instances, bit for bit.</summary>
public sealed class RoundTripTests : IDisposable
{
    private static readonly string[] OddPieces =
        ["a", "B", "1", "0.5", "-", "+", ".", ",", ";", " ", "\t", "'", "\"", "\"\"", "\\", "\\n", "%", "?", "{", "}", "@", "@data", "\n", "\r", "\r\n", "\u001E", "\u007F", "\uFEFF", "ü", "日本", "😀", "∞", "NaN", "null"];

    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static Gen<string> Text => Gen.Choose(1, 5).SelectMany(n => Gen.Elements(OddPieces).ArrayOf(n)).Select(string.Concat);

    private static Gen<string[]> Names(int min, int max) => Gen.Choose(min, max).SelectMany(n => Text.ArrayOf(n)).Select(a => a.Distinct().ToArray());

    private static Gen<double> Number => Gen.Frequency(
        (4, Gen.Choose(int.MinValue, int.MaxValue).Two().Select(p => BitConverter.Int64BitsToDouble((long)p.Item1 << 32 | (uint)p.Item2)).Where(double.IsFinite)),
        (2, Gen.Choose(-1000, 1000).Select(i => i / 8.0)),
        (1, Gen.Elements(0.0, -0.0, double.MaxValue, double.MinValue, double.Epsilon, 0.1, 1.0 / 3)),
        (1, Gen.Constant(double.NaN)));

    private static Gen<Table> Tables =>
        from names in Names(2, 6).Where(n => n.Length >= 2)
        from values in Names(1, 5).ArrayOf(names.Length)
        from numeric in Gen.Elements(true, false).ArrayOf(names.Length)
        from relation in Text
        from rowCount in Gen.Choose(0, 30)
        from numbers in Number.ArrayOf(names.Length).ArrayOf(rowCount)
        from picks in Gen.Choose(-1, 100).ArrayOf(names.Length).ArrayOf(rowCount)
        select new Table(relation, names, values, numeric, numbers, picks);

    [Fact]
    public void Arff_AnySchemaAndInstances_ReadBack() => CheckAll(table =>
    {
        Schema schema = table.MakeSchema();
        string path = Write("a.arff", schema, table);
        using StreamFileReader back = StreamFile.Open(path);
        Assert.Equal(TextFiles.Show(schema), TextFiles.Show(back.Schema));
        Assert.Equal(table.Rows(), TextFiles.ReadAll(back));
    });

    [Fact]
    public void Csv_AnyInstancesWithTheSchemaFile_ReadBack() => CheckAll(table =>
    {
        Schema schema = table.MakeSchema();
        string path = Write("a.csv", schema, table);
        SchemaFile.Save(schema, _files.PathOf("s.json"));
        using StreamFileReader back = StreamFile.Open(path, new StreamFileOptions { SchemaPath = _files.PathOf("s.json") });
        Assert.Equal(TextFiles.Show(schema), TextFiles.Show(back.Schema));
        Assert.Equal(table.Rows(), TextFiles.ReadAll(back));
    });

    [Fact]
    public void Csv_WithoutASchema_GivesTheSameNumbersAndTheSameValuesByName() => CheckAll(any =>
    {
        // Columns whose values are all numbers or signs for missing come back as numeric; that is CSV's lot, so the values here are words.
        Table table = any with { Values = [.. any.Values.Select(values => values.Select(v => "w" + v).ToArray())] };
        Schema schema = table.MakeSchema();
        string path = Write("a.csv.gz", schema, table);
        using StreamFileReader back = StreamFile.Open(path);
        List<Instance> expected = table.Rows(), found = TextFiles.ReadAll(back);
        Assert.Equal(expected.Count, found.Count);
        Assert.Equal(schema.Attributes.Select(a => a.Name), back.Schema.Attributes.Select(a => a.Name));
        for (int r = 0; r < found.Count; r++)
        {
            Assert.Equal(ClassText(schema, expected[r].Label), ClassText(back.Schema, found[r].Label));
            for (int f = 0; f < schema.AttributeCount; f++)
                Assert.Equal(CellText(schema.Attributes[f], expected[r].Features[f]), CellText(back.Schema.Attributes[f], found[r].Features[f]));
        }
    });

    private static string CellText(SchemaAttribute attribute, double value)
        => double.IsNaN(value) ? "" : attribute.Domain?[(int)value] ?? value.ToString("R");

    private static string ClassText(Schema schema, int label) => label < 0 ? "" : schema.ClassName(label);

    private string Write(string name, Schema schema, Table table)
    {
        string path = _files.PathOf(name);
        using StreamFileWriter writer = StreamFileWriter.Create(path, schema);
        foreach (Instance row in table.Rows()) writer.Write(row.Features, row.Label);
        return path;
    }

    private static void CheckAll(Action<Table> check)
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20261121, 17), FSharpOption<int>.None))),
            Prop.ForAll(Tables.ToArbitrary(), check));

    private sealed record Table(string Relation, string[] Names, string[][] Values, bool[] Numeric, double[][] Numbers, int[][] Picks)
    {
        private bool IsNumeric(int column) => Numeric[column] && column < Names.Length - 1;

        public Schema MakeSchema()
        {
            SchemaAttribute[] all = [.. Names.Select((n, c) => IsNumeric(c) ? SchemaAttribute.Numeric(n) : SchemaAttribute.Nominal(n, Values[c]))];
            return new Schema(Relation, all[..^1], all[^1]);
        }

        public List<Instance> Rows() => [.. Numbers.Select((row, r) => new Instance(
            [.. Enumerable.Range(0, Names.Length - 1).Select(c => IsNumeric(c) ? row[c] : Picks[r][c] < 0 ? double.NaN : Picks[r][c] % Values[c].Length)],
            Picks[r][^1] < 0 ? InstanceBlock.NoLabel : Picks[r][^1] % Values[^1].Length))];

        public override string ToString() => $"{TextFiles.Show(MakeSchema())}\n{TextFiles.Show(Rows())}";
    }
}
