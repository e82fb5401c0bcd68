using System.Text.Json;
using System.Text.Json.Nodes;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Compare;

/// <summary>Earlier comparisons, one document each, become one.</summary>
public sealed class CompareResultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compare_ResultsOfSingleRuns_IsTheJointComparison()
    {
        string[] streams = ["stagger-abrupt", "sine-abrupt", "led-abrupt"], models = ["no-change", "majority", "hoeffding-tree:gracePeriod=50"];
        JsonElement joint = Cli.Json(["compare", .. streams, "--models", string.Join(',', models), "--seeds", "1,2", "--instances", "2000", "--threads", "1"]);
        string[] files = [.. streams.SelectMany(s => models.Select(m => Kept(s, m)))];

        JsonElement found = Cli.Json(["compare", "--results", .. files]);

        foreach (string same in (string[])["streams", "seeds", "threads", "labelDelay", "interrupted", "completeStreams", "models", "friedman", "nemenyi"])
            Assert.Equal(joint.GetProperty(same).GetRawText(), found.GetProperty(same).GetRawText());
        foreach ((JsonElement a, JsonElement b) in joint.GetProperty("results").EnumerateArray().Zip(found.GetProperty("results").EnumerateArray()))
            foreach (string same in (string[])["stream", "model", "accuracy", "standardDeviation", "rank"])
                Assert.Equal(a.GetProperty(same).GetRawText(), b.GetProperty(same).GetRawText());
    }

    [Fact]
    public void Compare_ResultsOfItsOwn_IsTheSameDocument()
    {
        string file = Kept("stagger-abrupt", "no-change,majority");

        (int exit, string output, _) = Cli.Run("compare", "--results", file, "--format", "json");

        Assert.Equal(0, exit);
        Assert.Equal(File.ReadAllText(file), output);
    }

    [Fact]
    public void Compare_ResultsWithAHole_ShowsItAndRanksTheRest()
    {
        JsonElement found = Cli.Json("compare", "--results", Kept("stagger-abrupt", "no-change"), Kept("stagger-abrupt", "majority"), Kept("sine-abrupt", "majority"));

        Assert.Equal(1, found.GetProperty("completeStreams").GetInt32());
        Assert.Equal(JsonValueKind.Null, found.GetProperty("results")[2].GetProperty("accuracy").ValueKind);
    }

    [Fact]
    public void Compare_ResultsThatAreFiles_GoByTheirNames()
    {
        string one = _folder.File("a.csv");
        Assert.Equal(0, Cli.Run("generate", "sea", "--instances", "500", "--output", one).ExitCode);

        JsonElement found = Cli.Json("compare", "--results", Kept(one, "no-change"));

        Assert.Equal("a.csv", found.GetProperty("streams")[0].GetString());
        Assert.Equal(500, found.GetProperty("results")[0].GetProperty("runs")[0].GetProperty("instances").GetInt32());
    }

    [Theory]
    [InlineData("seeds", "seeds must be the same in all documents; was 1,2 in")]
    [InlineData("threads", "threads must be the same in all documents; was 1 in")]
    [InlineData("labelDelay", "label delay must be the same in all documents; was 0 in")]
    [InlineData("interrupted", "was interrupted")]
    [InlineData("option", "option gracePeriod of hoeffding-tree must be the same in all documents; was 200 in")]
    [InlineData("instances", "number of instances of sine-abrupt, seed 1, must be the same")]
    [InlineData("twice", "both have hoeffding-tree on sine-abrupt; leave one of them out")]
    [InlineData("text", "is not a document of 'compare --format json'")]
    [InlineData("null", "preset is null; must be a text.")]
    [InlineData("accuracy", "accuracy was 2; must be in [0, 1].")]
    [InlineData("negative", "instances was -1; must be in [0, 9007199254740992].")]
    [InlineData("doubled", "results has hoeffding-tree on sea-abrupt with seed 1 twice.")]
    [InlineData("unknown", "results has hoeffding-tree on sea-abrupt with seed 3, but streams, models and seeds do not name all three.")]
    [InlineData("empty", "streams, seeds and models must have one each at least.")]
    [InlineData("missing", "was not found")]
    public void Compare_ResultsThatContradict_SaysWhatAndWhere(string fault, string expected)
    {
        string good = Kept("sine-abrupt", "hoeffding-tree"), bad = Kept(fault == "instances" ? "sine-abrupt" : "sea-abrupt", fault == "instances" ? "majority" : "hoeffding-tree");
        JsonNode json = JsonNode.Parse(File.ReadAllText(bad))!;
        if (fault == "seeds")
        {
            json["seeds"] = new JsonArray(1, 3);
            json["results"]![0]!["runs"]![1]!["seed"] = 3;
        }
        else if (fault == "threads") json["threads"] = 2;
        else if (fault == "labelDelay") json["labelDelay"] = 10;
        else if (fault == "interrupted") json["interrupted"] = true;
        else if (fault == "option") json["models"]![0]!["options"]!["gracePeriod"] = "50";
        else if (fault == "instances") json["results"]![0]!["runs"]![0]!["instances"] = 1999;
        else if (fault == "null") json["models"]![0]!["preset"] = null;
        else if (fault == "accuracy") json["results"]![0]!["runs"]![0]!["accuracy"] = 2;
        else if (fault == "negative") json["results"]![0]!["runs"]![0]!["instances"] = -1;
        else if (fault == "doubled") json["results"]![0]!["runs"]![1]!["seed"] = 1;
        else if (fault == "unknown") json["results"]![0]!["runs"]![1]!["seed"] = 3;
        else if (fault == "empty") (json["streams"], json["results"]) = (new JsonArray(), new JsonArray());
        File.WriteAllText(bad, fault == "text" ? "{}" : json.ToJsonString());
        if (fault == "twice") File.Copy(good, bad, overwrite: true);
        if (fault == "missing") File.Delete(bad);

        (int exit, string output, string error) = Cli.Run("compare", "--results", good, bad);

        Assert.Equal(2, exit);
        Assert.Empty(output);
        Assert.Contains(expected, error);
        Assert.Contains(Path.GetFileName(bad), error);
    }

    [Theory]
    [InlineData("streams", "streams has 0123456789")]
    [InlineData("results", "results has hoeffding-tree on 0123456789")]
    [InlineData("options", "options of hoeffding-tree has 0123456789")]
    [InlineData("null", "0123456789")]
    [InlineData("value", "option gracePeriod of hoeffding-tree must be the same in all documents; was 200 in")]
    public void Compare_ResultsWithEndlessNames_QuotesTheirBeginning(string where, string expected)
    {
        string good = Kept("sine-abrupt", "hoeffding-tree"), bad = Kept("sea-abrupt", "hoeffding-tree"), text = JsonNode.Parse(File.ReadAllText(bad))!.ToJsonString();
        string name = string.Concat(Enumerable.Repeat("0123456789", 500));
        text = where switch
        {
            "streams" => text.Replace("\"streams\":[", $"\"streams\":[\"{name}\",\"{name}\","),
            "results" => text.Replace("sea-abrupt", name).Replace("\"seed\":2", "\"seed\":1"),
            "options" => text.Replace("\"options\":{", $"\"options\":{{\"{name}\":\"a\",\"{name}\":\"b\","),
            "null" => text.Replace("\"options\":{", $"\"options\":{{\"{name}\":null,"),
            _ => text.Replace("\"gracePeriod\":\"200\"", $"\"gracePeriod\":\"{name}\""),
        };
        File.WriteAllText(bad, text);

        (int exit, _, string error) = Cli.Run("compare", "--results", good, bad);

        Assert.Equal(2, exit);
        Assert.Contains(expected, error);
        Assert.InRange(error.Length, 1, 1000);
    }

    [Theory]
    [InlineData("--models", "majority")]
    [InlineData("--instances", "5")]
    [InlineData("--seeds", "1")]
    public void Compare_ResultsWithSomethingToRun_IsRefused(string option, string value)
    {
        (int exit, _, string error) = Cli.Run("compare", "--results", Kept("sine-abrupt", "majority"), option, value);

        Assert.Equal(2, exit);
        Assert.Contains(option, error);
    }

    [Fact]
    public void Compare_NothingToCompare_SaysWhatIsMissing()
    {
        Assert.Contains("--results FILE", Cli.Run("compare", "--models", "majority").Error);
        Assert.Contains("--models", Cli.Run("compare", "sea-abrupt").Error);
    }

    private string Kept(string stream, string models)
    {
        string file = _folder.File($"{Path.GetFileName(stream)}.{models.Replace(':', '-').Replace('=', '-')}.json");
        (int exit, string output, _) = Cli.Run("compare", stream, "--models", models, "--seeds", "1,2", "--instances", "2000", "--threads", "1", "--format", "json");
        Assert.Equal(0, exit);
        File.WriteAllText(file, output);
        return file;
    }
}
