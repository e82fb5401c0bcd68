using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replay_Json_HasEveryFieldOfTheContract()
    {
        JsonElement result = Cli.Json("replay", "sea-abrupt", "--model", "moe-data", "--instances", "3000", "--threads", "2");

        Assert.Equal("sea-abrupt", result.GetProperty("stream").GetString());
        Assert.Equal("moe-data", result.GetProperty("model").GetString());
        Assert.Equal(1, result.GetProperty("seed").GetInt64());
        Assert.Equal(3000, result.GetProperty("instances").GetInt64());
        Assert.Equal(2, result.GetProperty("classes").GetInt32());
        Assert.Equal(2, result.GetProperty("threads").GetInt32());
        Assert.InRange(result.GetProperty("accuracy").GetDouble(), 0.7, 0.93);
        Assert.InRange(result.GetProperty("kappa").GetDouble(), 0, 1);
        Assert.InRange(result.GetProperty("kappaM").GetDouble(), 0, 1);
        Assert.InRange(result.GetProperty("kappaT").GetDouble(), 0, 1);
        Assert.Equal(1000, result.GetProperty("window").GetProperty("size").GetInt32());
        Assert.InRange(result.GetProperty("window").GetProperty("accuracy").GetDouble(), 0.7, 1);
        Assert.True(result.GetProperty("seconds").GetDouble() > 0);
        Assert.True(result.GetProperty("cpuSeconds").GetDouble() > 0);
        Assert.True(result.GetProperty("instancesPerSecond").GetDouble() > 0);
        Assert.True(result.GetProperty("peakMemoryBytes").GetInt64() > 1_000_000);
        Assert.Equal(12, result.GetProperty("experts").GetProperty("final").GetInt32());
        foreach (string decision in (string[])["spawned", "promoted", "merged", "pruned", "revived"])
            Assert.Equal(0, result.GetProperty("experts").GetProperty(decision).GetInt32());
        Assert.Equal(JsonValueKind.Array, result.GetProperty("drifts").ValueKind);
        Assert.Equal([1000, 2000, 3000], result.GetProperty("curve").EnumerateArray().Select(p => p.GetProperty("position").GetInt32()));
    }

    [Theory]
    [InlineData("sea:function=1 @2000/50 sea:function=2 @4000/50 sea:function=4")]
    [InlineData("sea:function=3,noisePercentage=20,instanceRandomSeed=7")]
    [InlineData("stagger:function=1 @1000/50/500/500/2 stagger:function=3")]
    public void Replay_GeneratorsAndCompositions_Run(string stream)
    {
        JsonElement result = Cli.Json("replay", stream, "--model", "hoeffding-tree", "--instances", "5000");

        Assert.Equal(stream, result.GetProperty("stream").GetString());
        Assert.Equal(5000, result.GetProperty("instances").GetInt64());
    }

    [Fact]
    public void Replay_LongStreamSmallWindow_CurveHasAtMostThousandPoints()
    {
        JsonElement curve = Cli.Json("replay", "sea-abrupt", "--model", "no-change", "--instances", "30000", "--window", "10").GetProperty("curve");

        Assert.InRange(curve.GetArrayLength(), 500, 1000);
        Assert.Equal(30000 / 40 * 40, curve[curve.GetArrayLength() - 1].GetProperty("position").GetInt32());
    }

    [Fact]
    public void Replay_Predictions_AreInPositionOrderWithClassNames()
    {
        string data = _folder.Write("data.csv", "x,y\n1,\"a,b\"\n2,c\n3,\n4,\"a,b\"\n");
        string file = _folder.File("predictions.csv");

        Cli run = Cli.Run("replay", data, "--model", "no-change", "--predictions", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("position,label,prediction\n0,\"a,b\",\"a,b\"\n1,c,\"a,b\"\n2,,c\n3,\"a,b\",c\n", File.ReadAllText(file));
    }

    [Fact]
    public void Replay_LabelDelay_NoChangePredictsTheLabelThatWasKnown()
    {
        string data = _folder.Write("data.csv", "x,y\n" + string.Concat("abcdefgh".Select(c => $"1,{c}\n")));
        string file = _folder.File("predictions.csv");

        JsonElement result = Cli.Json("replay", data, "--model", "no-change", "--label-delay", "2", "--predictions", file);

        // The label of instance t is given after instance t + 2 has been predicted, so instance t + 3 is the first that can use it.
        Assert.Equal(["a", "a", "a", "a", "b", "c", "d", "e"], File.ReadLines(file).Skip(1).Select(line => line.Split(',')[2]));
        Assert.Equal(1 / 8.0, result.GetProperty("accuracy").GetDouble());
        Assert.Equal(8, result.GetProperty("scored").GetInt64());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("40")]
    public void Replay_StoppedAndResumed_EqualsOneRun(string delay)
    {
        string[] common = ["replay", "sea-gradual", "--model", "moe-data", "--set", "router.interval=64", "--window", "500", "--label-delay", delay];
        string whole = _folder.File("whole.csv"), first = _folder.File("first.csv"), second = _folder.File("second.csv");
        string checkpoint = _folder.File("at.ckpt"), end = _folder.File("end.ckpt"), resumedEnd = _folder.File("resumed-end.ckpt");
        JsonElement expected = Cli.Json([.. common, "--instances", "4000", "--predictions", whole, "--checkpoint", end]);

        Cli.Json([.. common, "--instances", "4000", "--predictions", first, "--checkpoint", checkpoint, "--stop-after", "1777"]);
        JsonElement found = Cli.Json([.. common, "--instances", "4000", "--predictions", second, "--resume", checkpoint, "--checkpoint", resumedEnd]);

        Assert.Equal(File.ReadAllText(whole), File.ReadAllText(first) + string.Concat(File.ReadLines(second).Skip(1).Select(line => line + "\n")));
        foreach (string field in (string[])["instances", "accuracy", "kappa", "kappaM", "kappaT", "curve", "window"])
            Assert.Equal(expected.GetProperty(field).GetRawText(), found.GetProperty(field).GetRawText());
        Assert.Equal(File.ReadAllBytes(end), File.ReadAllBytes(resumedEnd));
    }

    [Fact]
    public void Resume_OtherLearningOptions_RefusedWithBothValues()
    {
        string checkpoint = _folder.File("at.ckpt");
        Cli.Json("replay", "sea-abrupt", "--model", "hoeffding-tree", "--instances", "500", "--checkpoint", checkpoint);

        Cli run = Cli.Run("replay", "sea-abrupt", "--model", "hoeffding-tree", "--set", "gracePeriod=50", "--instances", "500", "--resume", checkpoint);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("option gracePeriod is '200' in the checkpoint and '50' in this run", run.Error);
    }

    [Fact]
    public void Resume_DamagedCheckpoint_IsNoticed()
    {
        string checkpoint = _folder.File("at.ckpt");
        Cli.Json("replay", "sea-abrupt", "--model", "hoeffding-tree", "--instances", "500", "--checkpoint", checkpoint);
        byte[] bytes = File.ReadAllBytes(checkpoint);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(checkpoint, bytes);

        Cli run = Cli.Run("replay", "sea-abrupt", "--model", "hoeffding-tree", "--instances", "500", "--resume", checkpoint);

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("section '(learner|replay)', bytes [0-9]+ to [0-9]+: its SHA-256 does not match", run.Error);
    }

    [Fact]
    public void Replay_BadRow_StopsWithFileLineFoundAndAllowed()
    {
        string data = _folder.Write("data.csv", "x,y\n1,a\n2\n3,b\n");

        Cli run = Cli.Run("replay", data, "--model", "majority");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("data.csv:3:", run.Error);
        Assert.Contains("expected 2 columns, found 1", run.Error);
    }

    [Fact]
    public void Replay_BadRowSkipped_IsCounted()
    {
        string data = _folder.Write("data.csv", "x,y\n1,a\n2\n3,b\n");

        JsonElement result = Cli.Json("replay", data, "--model", "majority", "--on-bad-row", "skip");

        Assert.Equal(1, result.GetProperty("badRows").GetInt64());
        Assert.Equal(2, result.GetProperty("instances").GetInt64());
    }

    [Fact]
    public void Replay_Text_ShowsFiguresAndCurve()
    {
        Cli run = Cli.Run("replay", "stagger-abrupt", "--model", "hoeffding-tree", "--instances", "40000");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("accuracy", run.Output);
        Assert.Contains("▲", run.Output);
        Assert.Contains("instances   40,000", run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void Replay_Composition_IsNotTakenForAFile()
    {
        JsonElement result = Cli.Json("replay", "sea:function=1 @250/50 sea:function=2 @500/50 sea:function=4", "--model", "majority", "--instances", "800");

        Assert.Equal(800, result.GetProperty("instances").GetInt64());
    }

    [Fact]
    public void Replay_SameSeed_SameResult()
    {
        string Accuracy(string seed) => Cli.Json("replay", "rbf-fast", "--model", "moe-task", "--instances", "2000", "--seed", seed).GetProperty("accuracy").GetRawText();

        Assert.Equal(Accuracy("2"), Accuracy("2"));
        Assert.NotEqual(Accuracy("2"), Accuracy("3"));
    }
}
