using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Tests.Files;
using StreamMoe.Tests.Common;

namespace StreamMoe.Streams.Tests.Fuzz;

/// <summary>ARFF and CSV files made of the right parts in any order and number.</summary>
public sealed class StructuredFileTests : IDisposable
{
    private static readonly Gen<string> s_cell = Gen.Elements(
        "1", "-2.5e3", "1e309", "?", "", "a", "b c", "'b c'", "\"x, y\"", "\"q\"\"q\"", "'", "\"", "NaN", "é", "{0 1}", "{}", "% c", " ", "0x1", "1e-400", "99999999999999999999", "\0");

    private static readonly Gen<string> s_type = Gen.Elements("numeric", "real", "integer", "{a,b}", "{a,'b c',1}", "{}", "string", "date", "{a,a}", "");

    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void File_SomeOfAnyParts_AreReadOrRefusedClearly() => Run(FuzzCases.Quick / 4);

    [Fact, Trait("Category", "Slow")]
    public void File_ManyOfAnyParts_AreReadOrRefusedClearly() => Run(FuzzCases.StructuredFiles / 2);

    /// <summary>As many files of either kind.</summary>
    private void Run(int each)
    {
        Check(each, Csv(), "s.csv");
        Check(each, Arff(), "s.arff");
    }

    private void Check(int cases, Gen<string> documents, string name)
        => Prop.ForAll(documents.ToArbitrary(), text =>
        {
            FileReading.TryRead(_files.Write(name, text), new StreamFileOptions { OnBadRow = text.Length % 2 == 0 ? BadRowAction.Skip : BadRowAction.Stop });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));

    private static Gen<string> Rows()
        => from count in Gen.Choose(0, 8)
           from rows in Row().ArrayOf(count)
           from end in Gen.Elements("\n", "\r\n", "\n\n")
           select string.Join(end, rows);

    private static Gen<string> Row() => from count in Gen.Frequency((6, Gen.Constant(3)), (1, Gen.Choose(0, 5))) from cells in s_cell.ArrayOf(count) select string.Join(",", cells);

    private static Gen<string> Csv() => from header in Gen.Frequency((4, Gen.Constant("a,b,class")), (1, Row())) from rows in Rows() select header + "\n" + rows;

    private static Gen<string> Arff()
        => from types in s_type.ArrayOf(3)
           from last in Gen.Frequency((4, Gen.Constant("{p,q,a,1}")), (1, s_type))
           from rows in Rows()
           select $"@relation r\n@attribute x {types[0]}\n@attribute y {types[1]}\n@attribute class {last}\n@data\n{rows}";
}
