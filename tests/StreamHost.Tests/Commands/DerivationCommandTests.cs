using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>--model-seed, --thin and --noise-attributes.</summary>
public sealed class DerivationCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replay_ModelSeed_ChangesTheModelAlone()
    {
        string[] replay = ["replay", "sine-abrupt", "--instances", "3000", "--threads", "1"];
        string plain = Predictions(replay, "plain"), same = Predictions([.. replay, "--model-seed", "1"], "same"), other = Predictions([.. replay, "--model-seed", "2"], "other");

        Assert.Equal(plain, same);
        Assert.NotEqual(plain, other);
        Assert.Equal(Labels(plain), Labels(other));
        Assert.Equal(Predictions([.. replay[..2], "--seed", "2", .. replay[2..]], "second"), Predictions([.. replay[..2], "--seed", "2", "--model-seed", "2", .. replay[2..]], "both"));

        string Predictions(string[] arguments, string name)
        {
            string file = _folder.File($"{name}.csv");
            Assert.Equal(0, Cli.Run([.. arguments, "--predictions", file]).ExitCode);
            return File.ReadAllText(file);
        }

        static string[] Labels(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')[1])];
    }

    [Fact]
    public void Replay_Thinned_JsonSaysSoAndHasTheFiguresOfRareClasses()
    {
        JsonElement result = Cli.Json("replay", "sine-abrupt", "--instances", "6000", "--thin", "positive:0.05", "--noise-attributes", "2", "--model-seed", "9", "--threads", "1");

        Assert.Equal("sine-abrupt", result.GetProperty("stream").GetString());
        Assert.Equal((1, 9), (result.GetProperty("seed").GetInt64(), result.GetProperty("modelSeed").GetInt64()));
        Assert.Equal("positive:0.05", result.GetProperty("thin").GetString());
        Assert.Equal(2, result.GetProperty("noiseAttributes").GetInt32());
        double[] recalls = [.. result.GetProperty("perClass").EnumerateArray().Select(c => c.GetProperty("recall").GetDouble())];
        Assert.Equal(Math.Sqrt(recalls[0] * recalls[1]), result.GetProperty("gMean").GetDouble(), 1e-9);
        Assert.Equal((recalls[0] + recalls[1]) / 2, result.GetProperty("balancedAccuracy").GetDouble(), 1e-9);
        Assert.InRange(result.GetProperty("prAuc").GetDouble(), 0.3, 1);
    }

    [Theory]
    [InlineData("moe-data")]
    [InlineData("moe-task")]
    [InlineData("hoeffding-tree")]
    [InlineData("leveraging-bagging")]
    public void Replay_AnyModel_GivesAPrecisionRecallArea(string model)
        => Assert.InRange(Cli.Json("replay", "sea-abrupt", "--model", model, "--instances", "3000", "--threads", "1").GetProperty("prAuc").GetDouble(), 0.4, 1);

    [Fact]
    public void Replay_MoreClasses_HasNoPrecisionRecallArea()
    {
        JsonElement result = Cli.Json("replay", "led-abrupt", "--model", "naive-bayes", "--instances", "1000");

        Assert.Equal(JsonValueKind.Null, result.GetProperty("prAuc").ValueKind);
        Assert.InRange(result.GetProperty("gMean").GetDouble(), 0.3, 0.8);
    }

    [Theory]
    [InlineData("--model-seed", "2", "3", "seed is '2' in the checkpoint and '3'")]
    [InlineData("--thin", "positive:0.1", "positive:0.2", "option replay:thin is 'positive:0.1' in the checkpoint and 'positive:0.2'")]
    [InlineData("--noise-attributes", "2", "3", "option replay:noiseAttributes is '2' in the checkpoint and '3'")]
    public void Resume_OfAnotherStreamOrSeed_IsRefused(string option, string value, string other, string expected)
    {
        string[] replay = ["replay", "sine-abrupt", "--model", "naive-bayes", "--instances", "400"];
        string state = _folder.File("state.ckpt");
        string[] stop = ["--checkpoint", state, "--stop-after", "300"];
        Assert.Equal(0, Cli.Run([.. replay, .. stop, option, value]).ExitCode);

        Assert.Equal(0, Cli.Run([.. replay, "--resume", state, option, value]).ExitCode);
        Cli refused = Cli.Run([.. replay, "--resume", state, option, other]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(expected, refused.Error);
    }

    [Fact]
    public void Resume_ThinnedWithNoise_GoesOnBitForBit()
    {
        string[] replay = ["replay", "agrawal-abrupt", "--instances", "900", "--thin", "groupB:0.1", "--noise-attributes", "3", "--model-seed", "4", "--threads", "1"];
        (string state, string whole, string part) = (_folder.File("state.ckpt"), _folder.File("whole.ckpt"), _folder.File("part.ckpt"));
        Assert.Equal(0, Cli.Run([.. replay, "--checkpoint", whole]).ExitCode);
        Assert.Equal(0, Cli.Run([.. replay, "--checkpoint", state, "--stop-after", "500"]).ExitCode);
        Assert.Equal(0, Cli.Run([.. replay, "--resume", state, "--checkpoint", part]).ExitCode);

        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(part));
    }

    [Fact]
    public void Generate_ThinnedWithNoise_WritesWhatReplayLearns()
    {
        string file = _folder.File("rare.csv");
        Assert.Equal(0, Cli.Run("generate", "sine-abrupt", "--instances", "2000", "--thin", "positive:0.05", "--noise-attributes", "2", "--output", file).ExitCode);

        JsonElement direct = Cli.Json("replay", "sine-abrupt", "--model", "naive-bayes", "--instances", "2000", "--thin", "positive:0.05", "--noise-attributes", "2");
        JsonElement read = Cli.Json("replay", file, "--model", "naive-bayes");

        Assert.Equal(direct.GetProperty("accuracy").GetDouble(), read.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public void Compare_ThinnedWithModelSeed_IsTheReplayAndSaysSo()
    {
        string[] made = ["--thin", "positive:0.05", "--noise-attributes", "2", "--model-seed", "3"];
        JsonElement result = Cli.Json(["compare", "sine-abrupt", "--models", "adaptive", "--seeds", "1,2", "--instances", "2000", "--threads", "1", .. made]);
        JsonElement replay = Cli.Json(["replay", "sine-abrupt", "--seed", "2", "--instances", "2000", "--threads", "1", .. made]);

        Assert.Equal(3, result.GetProperty("modelSeed").GetInt64());
        Assert.Equal("positive:0.05", result.GetProperty("thin").GetString());
        Assert.Equal(2, result.GetProperty("noiseAttributes").GetInt32());
        JsonElement run = result.GetProperty("results")[0].GetProperty("runs")[1];
        foreach (string figure in (string[])["accuracy", "gMean", "balancedAccuracy", "prAuc"])
            Assert.Equal(replay.GetProperty(figure).GetDouble(), run.GetProperty(figure).GetDouble());
    }
}
