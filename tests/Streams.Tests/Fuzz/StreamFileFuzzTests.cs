using System.Text;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Tests.Files;
using StreamMoe.Tests.Common;

namespace StreamMoe.Streams.Tests.Fuzz;

/// <summary>Damaged ARFF, CSV and schema files: each is read, or refused with the file's name, what was found and what is allowed.</summary>
public sealed class StreamFileFuzzTests : IDisposable
{
    private static readonly Mutation s_arff = new(
    [
        .. ((string[])
        [
            "% c\n@relation 'r r'\n@attribute n real\n@attribute 's s' {a,'b c',\"d\\\"\"}\n@attribute i integer\n@attribute class {p,q}\n@data\n1,a,2,p\n% x\n{0 5, 1 'b c', 3 q}\n?,?,?,?\n-1e5,\"d\\\"\",7,q\n{}\n",
            "@RELATION x\r\n@ATTRIBUTE a NUMERIC\r\n@ATTRIBUTE b {0,1}\r\n@DATA\r\n0.056443,1\r\n0.5 0\r\n1.5,1 % z\r\n",
            "@relation elec\n@attribute day {1,2,3,4,5,6,7}\n@attribute price numeric\n@attribute class {UP,DOWN}\n@data\n2,0.056443,UP\n3,1e-7,DOWN\n?,4,?\n7,-0.0,UP\n",
        ]).Select(Encoding.UTF8.GetBytes),
    ], "\"", "'", "\\", ",", "\n", "{", "}", "%", "?", "@data\n", "@attribute x {a}\n", "@attribute y real\n", "@relation", "{0 1,", "{9 9}", "{0 1, 0 2}", "\\u00e", "'',");

    private static readonly Mutation s_csv = new(
    [
        .. ((string[])
        [
            "n,s,\"q, \"\"x\"\"\",class\n1,a,\"b, c\",p\n-2.5e3,,\"l\nm\",q\n?,\"a\"\"\",x,\r\n3,a,x,p\n\n4,b,y,q\n",
            "\uFEFFx,y,z\r\n0.1,0.25,UP\r\n1e-5,12345678901234567890,DOWN\r\n,,\r\n9,8,UP",
            "a,b,c,d,e,label\n1,2,3,4,5,x\n6,7,8,9,10,y\n1.5,-2.5,3.5,-4.5,5.5,x\n",
        ]).Select(Encoding.UTF8.GetBytes),
    ], "\"", "\"\"", ",", "\n", "\r\n", "?", "'", ",,,,", "\n\n\n", "a,b", "1", "\"\n", ";", "\\");

    private static readonly Mutation s_schema = new(
    [
        .. ((string[])
        [
            """{"relation": "electricity", "attributes": [{"name": "day", "type": "nominal", "values": ["1", "2", "3"], "cap": 7}, {"name": "nswprice", "type": "numeric"}, {"name": "class", "type": "nominal", "values": ["UP", "DOWN"]}], "class": "class"}""",
            """{"attributes":[{"name":"é\u00e9","type":"numeric"},{"name":"c","type":"nominal"}]}""",
        ]).Select(Encoding.UTF8.GetBytes),
    ], "{", "}", "[", "]", "\"", "\\", ":", ",", "null", "true", "1e5", "\\ud800", "\"\\udc00\"", "\\u0000", "\"cap\":0,", "\"cap\":1.5", "\"name\":", "\"values\":[", "//", "\"type\":\"nominal\",");

    private readonly string _folder = Directory.CreateTempSubdirectory("streammoe-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Arff_SomeDamagedFiles_AreReadOrRefusedClearly() => Arff(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void Arff_ManyDamagedFiles_AreReadOrRefusedClearly() => Arff(FuzzCases.Arff);

    [Fact]
    public void Csv_SomeDamagedFiles_AreReadOrRefusedClearly() => Csv(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void Csv_ManyDamagedFiles_AreReadOrRefusedClearly() => Csv(FuzzCases.Csv);

    [Fact]
    public void SchemaFile_SomeDamaged_AreReadOrRefusedClearly() => Schemas(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void SchemaFile_ManyDamaged_AreReadOrRefusedClearly() => Schemas(FuzzCases.SchemaFiles);

    [Fact]
    public void FuzzCases_OfAllParsers_AreAMillion() => Assert.Equal(1_000_000, FuzzCases.Total);

    private void Arff(int cases) => Files(cases, s_arff, "m.arff");

    private void Csv(int cases) => Files(cases, s_csv, "m.csv");

    private void Files(int cases, Mutation mutation, string name)
    {
        string path = Path.Combine(_folder, name);
        Check(cases, FuzzRun.Run(cases, mutation.Make, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return FileReading.TryRead(path, Options(bytes));
        }));
    }

    private void Schemas(int cases)
    {
        string path = Path.Combine(_folder, "schema.json");
        Check(cases, FuzzRun.Run(cases, s_schema.Make, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                Schema schema = SchemaFile.Load(path, 100);
                Assert.True(schema.AttributeCount > 0 && schema.Class.IsNominal);
                return true;
            }
            catch (StreamFileException e)
            {
                FileReading.CheckError(path, e);
                return false;
            }
        }));
    }

    /// <summary>Options drawn from the bytes themselves, so that a case is the same whenever it is run.</summary>
    private static StreamFileOptions Options(byte[] bytes) => new()
    {
        OnBadRow = bytes.Length % 2 == 0 ? BadRowAction.Skip : BadRowAction.Stop,
        InferenceRows = 1 + bytes.Length % 5,
        NominalCap = 1 + bytes.Length % 4,
        MaxRowBytes = bytes.Length % 3 == 0 ? 64 : 16 << 20,
    };

    /// <summary>The damage is neither always fatal nor always harmless, or the test tests nothing.</summary>
    private static void Check(int cases, (int Accepted, int Refused) found)
        => Assert.True(cases < 100 || Environment.GetEnvironmentVariable(FuzzRun.Only) is not null || Math.Min(found.Accepted, found.Refused) > cases / 20, $"{found} of {cases}");
}
