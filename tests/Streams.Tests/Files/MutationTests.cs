using System.Text;
using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>Thousands of damaged files: each is read, refused or reported, and nothing else happens.</summary>
public sealed class MutationTests : IDisposable
{
    private static readonly string[] Seeds =
    [
        "n,s,\"q, \"\"x\"\"\",class\n1,a,\"b, c\",p\n-2.5e3,,\"l\nm\",q\n?,\"a\"\"\",x,\r\n3,a,x,p\n\n4,b,y,q\n",
        "\uFEFFx,y,z\r\n0.1,0.25,UP\r\n1e-5,12345678901234567890,DOWN\r\n,,\r\n9,8,UP",
        "% c\n@relation 'r r'\n@attribute n real\n@attribute 's s' {a,'b c',\"d\\\"\"}\n@attribute i integer\n@attribute class {p,q}\n@data\n1,a,2,p\n% x\n{0 5, 1 'b c', 3 q}\n?,?,?,?\n-1e5,\"d\\\"\",7,q\n{}\n",
        "@RELATION x\r\n@ATTRIBUTE a NUMERIC\r\n@ATTRIBUTE b {0,1}\r\n@DATA\r\n0.056443,1\r\n0.5 0\r\n1.5,1 % z\r\n",
    ];

    private static readonly string[] Pieces =
        ["\"", "'", "\\", ",", "\n", "\r", "\r\n", "{", "}", "%", "?", "@data\n", "@attribute x {a}\n", "1e999", "NaN", "\0", "é", "\u00FF", " ", "\t", "\"\"", "'',", "0", "-", "e", ".", "{0 1,", "{9 9}", "\\u00e", "\uFEFF"];

    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyDamage_EndsInRowsOrADocumentedException(bool skip)
    {
        Random random = new(skip ? 11 : 12);
        int refused = 0, bad = 0, good = 0;
        for (int trial = 0; trial < 4000; trial++)
        {
            int seed = random.Next(Seeds.Length);
            byte[] bytes = Mutate(Encoding.UTF8.GetBytes(Seeds[seed]), random);
            string name = (seed < 2 ? "m.csv" : "m.arff") + (trial % 10 == 0 ? ".gz" : "");
            string path = trial % 20 == 0 ? _files.WriteRaw(name, Mutate(TextFiles.Gzip(bytes), random)) : _files.Write(name, bytes);
            StreamFileOptions options = new()
            {
                OnBadRow = skip ? BadRowAction.Skip : BadRowAction.Stop,
                InferenceRows = random.Next(1, 6),
                NominalCap = random.Next(1, 5),
                MaxRowBytes = 64 + random.Next(100),
            };
            try
            {
                ReadToTheEnd(path, options, ref good, ref bad);
            }
            catch (StreamFileException e)
            {
                Assert.StartsWith(path, e.Message);
                Assert.EndsWith(".", e.Message.Replace("file?", "."));
                refused++;
            }
        }
        // The damage is neither always fatal nor always harmless, or the test tests nothing.
        Assert.InRange(refused, 400, 3800);
        Assert.True(good > 2000 && bad > 500, $"{good} good rows, {bad} bad ones, {refused} files refused");
    }

    private static void ReadToTheEnd(string path, StreamFileOptions options, ref int good, ref int bad)
    {
        using StreamFileReader stream = StreamFile.Open(path, options);
        double[] features = new double[stream.Schema.AttributeCount];
        for (int step = 0; ; step++)
        {
            Assert.True(step < 10_000, "The stream does not end.");
            try
            {
                if (!stream.Next(features, out int label)) break;
                good++;
                Assert.InRange(label, InstanceBlock.NoLabel, stream.Schema.ClassCount - 1);
                for (int f = 0; f < features.Length; f++)
                {
                    NominalDomain? domain = stream.Schema.Attributes[f].Domain;
                    Assert.True(double.IsNaN(features[f]) || (domain is null ? double.IsFinite(features[f]) : features[f] >= 0 && features[f] < domain.Count));
                }
            }
            catch (BadRowException e)
            {
                Assert.Equal(BadRowAction.Stop, options.OnBadRow);
                Assert.StartsWith($"{path}:{e.Line}: ", e.Message);
            }
        }
        bad += (int)stream.BadRowCount;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        List<byte> result = [.. bytes];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(result.Count + 1);
            int length = Math.Min(random.Next(12), result.Count - at);
            switch (random.Next(5))
            {
                case 0: result.RemoveRange(at, length); break;
                case 1: result.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
                case 2: result.InsertRange(random.Next(result.Count + 1), result.GetRange(at, length)); break;
                case 3: if (length > 0) result[at] = (byte)random.Next(256); break;
                default: if (random.Next(4) == 0) result.RemoveRange(at, result.Count - at); break;
            }
        }
        return [.. result];
    }
}
