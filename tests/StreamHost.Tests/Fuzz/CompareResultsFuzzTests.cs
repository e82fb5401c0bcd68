using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Compare;
using StreamMoe.StreamHost.Reports;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Fuzz;

/// <summary>Damaged documents for <c>compare --results</c>: each makes a report that can be written in every way, or is refused with the file's name.</summary>
public sealed class CompareResultsFuzzTests : IDisposable
{
    private static readonly string[] s_documents = [Made("stagger-abrupt,sine-abrupt", "no-change,majority", "1,2"), Made("sea-abrupt", "majority", "1,2")];

    private static readonly Mutation s_bytes = new([.. s_documents.Select(Encoding.UTF8.GetBytes)],
        "{", "}", "[", "]", "\"", ":", ",", "\\ud800", "null", "true", "-1", "1e309", "1e300", "\"seed\":1,", "\"model\":\"majority\",", "\"accuracy\":", "\"options\":{\"a\":\"b\",\"a\":\"c\"},");

    private static readonly Func<JsonNode?>[] s_values =
    [
        () => null, () => JsonValue.Create(-1), () => JsonValue.Create(0), () => JsonValue.Create(long.MaxValue), () => JsonValue.Create(long.MinValue), () => JsonValue.Create(1e308), () => JsonValue.Create(-1e308),
        () => JsonValue.Create(5e-324), () => JsonValue.Create(0.5), () => JsonValue.Create(""), () => JsonValue.Create("majority"), () => JsonValue.Create("a\0\u001b[2J.csv"), () => JsonValue.Create(true),
        () => new JsonArray(), () => new JsonObject(), () => new JsonArray(null, 1, "x"), () => JsonNode.Parse("1e400"),
    ];

    private static readonly ReportOrigin s_origin = ReportOrigin.OfThisProcess(["compare"], SystemClock.Instance);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Results_SomeDamaged_AreReportedOrRefusedClearly() => Bytes(FuzzCases.Quick / 2);

    [Fact, Trait("Category", "Slow")]
    public void Results_ManyDamaged_AreReportedOrRefusedClearly() => Bytes(FuzzCases.CompareResults / 2);

    [Fact]
    public void Results_SomeWithOtherValues_AreReportedOrRefusedClearly() => Values(FuzzCases.Quick / 2);

    [Fact, Trait("Category", "Slow")]
    public void Results_ManyWithOtherValues_AreReportedOrRefusedClearly() => Values(FuzzCases.CompareResults / 2);

    private void Bytes(int cases) => Check(cases, FuzzRun.Run(cases, s_bytes.Make, IsReported));

    private void Values(int cases) => Check(cases, FuzzRun.Run(cases, Changed, IsReported));

    /// <summary>A document with some of its values exchanged, taken away or doubled.</summary>
    private static byte[] Changed(int seed)
    {
        Random random = new(seed);
        JsonNode root = JsonNode.Parse(s_documents[random.Next(s_documents.Length)])!;
        for (int left = random.Next(1, 4); left > 0; left--)
        {
            JsonNode[] inner = [.. Inner(root)];
            Change(inner[random.Next(inner.Length)], random);
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static IEnumerable<JsonNode> Inner(JsonNode node)
    {
        IEnumerable<JsonNode?> children = node is JsonObject some ? some.Select(p => p.Value) : (JsonArray)node;
        return children.OfType<JsonNode>().Where(c => c is JsonObject or JsonArray).SelectMany(Inner).Prepend(node);
    }

    private static void Change(JsonNode node, Random random)
    {
        JsonNode? value = s_values[random.Next(s_values.Length)]();
        bool isTaken = random.Next(6) == 0;
        if (node is JsonObject { Count: > 0 } named)
        {
            string name = named.ElementAt(random.Next(named.Count)).Key;
            if (isTaken) named.Remove(name);
            else named[name] = value;
        }
        else if (node is JsonArray { Count: > 0 } list)
        {
            int at = random.Next(list.Count);
            if (isTaken) list.RemoveAt(at);
            else if (random.Next(2) == 0) list.Insert(random.Next(list.Count + 1), list[at]?.DeepClone());
            else list[at] = value;
        }
    }

    private bool IsReported(byte[] bytes)
    {
        string file = _folder.File("results.json"), other = _folder.File("other.json");
        File.WriteAllBytes(file, bytes);
        if (!File.Exists(other)) File.WriteAllText(other, s_documents[1]);
        try
        {
            CompareReport report = JoinedDocuments.Join([CompareDocument.Read(file), .. bytes.Length % 2 == 0 ? (CompareDocument[])[CompareDocument.Read(other)] : []]);
            using MemoryStream json = new();
            CompareJson.Write(json, report);
            CompareText.Write(TextWriter.Null, report);
            CompareHtmlReport.Make(report, s_origin, isFromDocuments: true);
            File.WriteAllBytes(file, json.ToArray());
            CompareDocument.Read(file);
            return true;
        }
        catch (UsageException e)
        {
            if (!e.Message.StartsWith("--results: ", StringComparison.Ordinal) || !e.Message.Contains("results.json", StringComparison.Ordinal) || e.Message.Length > 2000) Assert.Fail($"The error is {e.Message}");
            return false;
        }
    }

    private static void Check(int cases, (int Accepted, int Refused) found)
        => Assert.True(Environment.GetEnvironmentVariable(FuzzRun.Only) is not null || Math.Min(found.Accepted, found.Refused) > cases / 50, $"{found} of {cases}");

    private static string Made(string streams, string models, string seeds)
    {
        (int exit, string output, string error) = Cli.Run(["compare", .. streams.Split(','), "--models", models, "--seeds", seeds, "--instances", "200", "--threads", "1", "--format", "json"]);
        Assert.True(exit == 0, error);
        return output;
    }
}
