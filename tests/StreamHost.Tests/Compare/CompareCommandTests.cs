using System.CommandLine;
using System.Text.Json;
using StreamMoe.StreamHost.Commands;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Compare;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("30")]
    public void Compare_EveryRun_EqualsTheReplay(string delay)
    {
        string file = _folder.File("sea.csv");
        Assert.Equal(0, Cli.Run("generate", "sea-abrupt", "--instances", "1500", "--output", file).ExitCode);
        string[] streams = ["rbf-fast", "sea:function=3,noisePercentage=20 @700/50 sea:function=1", file], models = ["moe-data:experts=4,topK=2", "hoeffding-tree"];

        JsonElement result = Cli.Json(["compare", .. streams, "--models", string.Join(',', models), "--seeds", "3,1", "--instances", "2000", "--threads", "2", "--label-delay", delay]);

        Assert.Equal(6, result.GetProperty("results").GetArrayLength());
        foreach (JsonElement cell in result.GetProperty("results").EnumerateArray())
            foreach (JsonElement run in cell.GetProperty("runs").EnumerateArray())
            {
                JsonElement replay = Cli.Json("replay", cell.GetProperty("stream").GetString()!, "--model", cell.GetProperty("model").GetString()!,
                    "--seed", run.GetProperty("seed").GetRawText(), "--instances", "2000", "--threads", "1", "--label-delay", delay);
                foreach (string figure in (string[])["instances", "scored", "accuracy", "kappa", "kappaM", "kappaT"])
                    Assert.Equal(replay.GetProperty(figure).GetRawText(), run.GetProperty(figure).GetRawText());
                Assert.True(run.GetProperty("peakModelBytes").GetInt64() >= replay.GetProperty("modelBytes").GetInt64());
            }
    }

    [Fact]
    public void Compare_Json_SaysWhatWasComparedAndHow()
    {
        JsonElement result = Cli.Json("compare", "stagger-abrupt", "sine-abrupt", "led-abrupt", "--models", "no-change,hoeffding-tree:gracePeriod=50,splitConfidence=0.01,naive-bayes",
            "--seeds", "1,2", "--instances", "3000", "--threads", "1");

        Assert.Equal(["stagger-abrupt", "sine-abrupt", "led-abrupt"], result.GetProperty("streams").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal([1, 2], result.GetProperty("seeds").EnumerateArray().Select(s => s.GetInt32()));
        Assert.Equal(1, result.GetProperty("threads").GetInt32());
        Assert.False(result.GetProperty("interrupted").GetBoolean());
        Assert.Equal(3, result.GetProperty("completeStreams").GetInt32());
        JsonElement[] models = [.. result.GetProperty("models").EnumerateArray()];
        Assert.Equal(["no-change", "hoeffding-tree:gracePeriod=50,splitConfidence=0.01", "naive-bayes"], models.Select(m => m.GetProperty("model").GetString()));
        Assert.Equal("hoeffding-tree", models[1].GetProperty("preset").GetString());
        Assert.Equal("50", models[1].GetProperty("options").GetProperty("gracePeriod").GetString());
        Assert.Equal(6, models.Sum(m => m.GetProperty("meanRank").GetDouble()), 9);
        Assert.Equal(3, models[0].GetProperty("meanRank").GetDouble());

        JsonElement cell = result.GetProperty("results")[1];
        double[] accuracies = [.. cell.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("accuracy").GetDouble())];
        Assert.Equal((accuracies[0] + accuracies[1]) / 2, cell.GetProperty("accuracy").GetDouble(), 12);
        Assert.Equal(Math.Abs(accuracies[0] - accuracies[1]) / Math.Sqrt(2), cell.GetProperty("standardDeviation").GetDouble(), 12);
        Assert.True(cell.GetProperty("instancesPerCpuSecond").GetDouble() > 0);
        Assert.True(result.GetProperty("processPeakMemoryBytes").GetInt64() > 1_000_000);
        Assert.Equal(2, result.GetProperty("friedman").GetProperty("degreesOfFreedom").GetInt32());
        Assert.Equal([2, 4], result.GetProperty("friedman").GetProperty("fDegreesOfFreedom").EnumerateArray().Select(d => d.GetInt32()));
        Assert.Equal(2.343701 * Math.Sqrt(12 / 18.0), result.GetProperty("nemenyi").GetProperty("criticalDifference").GetDouble(), 6);
    }

    [Fact]
    public void Compare_ModelThatShrinks_ShowsItsLargestSize()
    {
        // The drift makes the tree drop what it has grown, so the size at the end is a small one.
        string[] arguments = ["agrawal:function=1 @12000/1 agrawal:function=7", "--instances", "15000"];

        long peak = Cli.Json(["compare", .. arguments, "--models", "hoeffding-adaptive-tree", "--seeds", "1"]).GetProperty("results")[0].GetProperty("peakModelBytes").GetInt64();
        long last = Cli.Json(["replay", .. arguments, "--model", "hoeffding-adaptive-tree"]).GetProperty("modelBytes").GetInt64();

        Assert.True(peak > 2 * last, $"peak {peak}, last {last}");
    }

    [Fact]
    public void Compare_AllStreamsRankAlike_InfiniteFIsNull()
    {
        JsonElement friedman = Cli.Json("compare", "stagger-abrupt", "sine-abrupt", "--models", "no-change,naive-bayes", "--seeds", "1", "--instances", "2000").GetProperty("friedman");

        Assert.Equal(2, friedman.GetProperty("chiSquare").GetDouble());
        Assert.Equal(JsonValueKind.Null, friedman.GetProperty("f").ValueKind);
        Assert.Equal(0, friedman.GetProperty("fP").GetDouble());
    }

    [Fact]
    public void Compare_OneStreamOneModelOneSeed_UndefinedIsNullAndADash()
    {
        string[] arguments = ["compare", "sea-abrupt", "--models", "majority", "--seeds", "1", "--instances", "1000"];

        JsonElement result = Cli.Json(arguments);
        Cli text = Cli.Run(arguments);

        Assert.Equal(JsonValueKind.Null, result.GetProperty("friedman").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("nemenyi").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("results")[0].GetProperty("standardDeviation").ValueKind);
        Assert.Contains(" ± –", text.Output);
        Assert.Contains("Friedman        –", text.Output);
        Assert.Contains("Nemenyi         –", text.Output);
    }

    [Fact]
    public void Compare_Text_HasATableAStreamAndTheTests()
    {
        Cli run = Cli.Run("compare", "sea-abrupt", "led-abrupt", "--models", "no-change,naive-bayes", "--instances", "2000", "--label-delay", "10");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("2 models on 2 streams, seeds 1, 2, 3", run.Output);
        Assert.Contains("labels 10 instances late", run.Output);
        Assert.Contains("sea-abrupt  ·  2,000 instances", run.Output);
        Assert.Contains("led-abrupt  ·  2,000 instances", run.Output);
        Assert.Contains("over 2 streams", run.Output);
        Assert.Contains("Friedman        χ² 2.00 (1 degrees of freedom), p 0.1573", run.Output);
        Assert.Contains("critical difference 1.39 at 0.05: no two models differ", run.Output);
        Assert.Contains("which all runs share", run.Output);
    }

    [Fact]
    public void Compare_MoreThanTwentyModels_NemenyiIsNotGiven()
    {
        string models = string.Join(',', Enumerable.Range(1, 21).Select(i => $"hoeffding-tree:gracePeriod={i}"));
        string[] arguments = ["compare", "sea-abrupt", "led-abrupt", "--models", models, "--seeds", "1", "--instances", "200"];

        Assert.Contains("Nemenyi         – (not given beyond 20 models)", Cli.Run(arguments).Output);
        Assert.Equal(20, Cli.Json(arguments).GetProperty("friedman").GetProperty("degreesOfFreedom").GetInt32());
    }

    [Fact]
    public void Compare_FileOptions_AreForTheFilesAmongTheStreams()
    {
        string file = _folder.Write("data.csv", "y,x,z\na,1,p\nb,2,q\nb\na,1,p\n");

        JsonElement result = Cli.Json("compare", "sea-abrupt", file, "--models", "majority", "--seeds", "1", "--instances", "500", "--label", "y", "--drop", "z", "--on-bad-row", "skip");

        JsonElement run = result.GetProperty("results")[1].GetProperty("runs")[0];
        Assert.Equal(3, run.GetProperty("instances").GetInt64());
        Assert.Equal(1, run.GetProperty("badRows").GetInt64());
    }

    [Fact]
    public void Compare_BadRowLateInTheWork_PrintsTheFinishedRunsAndFails()
    {
        string file = _folder.Write("data.csv", "x,y\n" + string.Concat(Enumerable.Repeat("1,a\n2,b\n", 1000)) + "3\n");

        Cli run = Cli.Run("compare", "sea-abrupt", file, "--models", "majority", "--seeds", "1", "--instances", "5000", "--format", "json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("data.csv:2002:", run.Error);
        using JsonDocument result = JsonDocument.Parse(run.Output);
        Assert.True(result.RootElement.GetProperty("interrupted").GetBoolean());
        Assert.Equal([1, 0], result.RootElement.GetProperty("results").EnumerateArray().Select(c => c.GetProperty("runs").GetArrayLength()));
    }

    [Fact]
    public void Compare_Interrupted_PrintsOneDocumentAndExits130()
    {
        using StringWriter output = new();
        Command command = CompareCommand.Create(output, TextWriter.Null, new CancellationToken(canceled: true));

        int code = command.Parse(["sea-abrupt", "--models", "majority", "--format", "json"]).Invoke();

        Assert.Equal(130, code);
        using JsonDocument result = JsonDocument.Parse(output.ToString());
        Assert.True(result.RootElement.GetProperty("interrupted").GetBoolean());
        Assert.Equal(0, result.RootElement.GetProperty("completeStreams").GetInt32());
    }

    [Theory]
    [InlineData("compare sea-abrupt", "Option '--models' is required")]
    [InlineData("compare --models majority", "no stream was given")]
    [InlineData("compare sea-abrupt --models majorty", "Did you mean 'majority'?")]
    [InlineData("compare sea-abrupt led-abrubt --models majority", "Did you mean 'led-abrupt'?")]
    [InlineData("compare sea-abrupt sea-abrupt --models majority", "the stream 'sea-abrupt' was given twice")]
    [InlineData("compare sea-abrupt --models majority,majority", "--models has 'majority' twice")]
    [InlineData("compare sea-abrupt --models majority,x=1", "'x=1' was found where a model must be")]
    [InlineData("compare sea-abrupt --models moe-data:topK=13,majority", "topK was 13; must be at most experts, which is 12.")]
    [InlineData("compare sea-abrupt --models missing.json", "--models: the file 'missing.json' was not found")]
    [InlineData("compare sea-abrupt --models majority --seeds 1,x", "--seeds was '1,x'; must be whole numbers separated by commas")]
    [InlineData("compare sea-abrupt --models majority --seeds 1,2,1", "--seeds has 1 twice")]
    [InlineData("compare sea-abrupt missing.csv --models majority", "stream file 'missing.csv' was not found")]
    [InlineData("compare sea-abrupt --models majority --label x", "--label is for files; 'sea-abrupt' is a synthetic stream.")]
    [InlineData("compare sea-abrupt --instances 5 --models majority,adaptive:pool=nett", "there is no expert 'nett'")]
    public void Compare_WrongArguments_ExitTwoBeforeAnythingRuns(string arguments, string expected)
    {
        Cli run = Cli.Run(arguments.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void Help_SaysHowModelsAreSplit()
        => Assert.Contains("'=' and no ':' before it", string.Join(' ', Cli.Run("compare", "--help").Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
}
