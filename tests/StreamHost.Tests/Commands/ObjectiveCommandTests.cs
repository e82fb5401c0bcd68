using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>--objective and --cost.</summary>
public sealed class ObjectiveCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replay_Balanced_FindsTheRareClass()
    {
        string[] replay = ["replay", "sine-abrupt", "--instances", "8000", "--thin", "positive:0.02", "--threads", "1"];
        double plain = Cli.Json(replay).GetProperty("gMean").GetDouble();
        JsonElement balanced = Cli.Json([.. replay, "--objective", "balanced"]);

        Assert.InRange(balanced.GetProperty("gMean").GetDouble(), plain + 0.05, 1);
        Assert.Equal("balanced", balanced.GetProperty("options").GetProperty("objective").GetString());
    }

    [Fact]
    public void Replay_Cost_NamesTheCostlyClassMoreOften()
    {
        string costs = _folder.Write("costs.csv", "class,cost\npositive,30\n");
        string[] replay = ["replay", "sine-abrupt", "--instances", "4000", "--threads", "1"];
        double plain = Recall(Cli.Json(replay));
        JsonElement run = Cli.Json([.. replay, "--objective", "cost", "--cost", costs]);

        Assert.Equal("positive:30", run.GetProperty("options").GetProperty("costs").GetString());
        Assert.InRange(Recall(run), plain, 1);

        static double Recall(JsonElement json) => json.GetProperty("perClass").EnumerateArray().Single(c => c.GetProperty("class").GetString() == "positive").GetProperty("recall").GetDouble();
    }

    [Fact]
    public void Compare_Objective_GoesToTheModelsThatHaveOne()
    {
        JsonElement result = Cli.Json("compare", "sea-abrupt", "--models", "adaptive,naive-bayes", "--seeds", "1", "--instances", "1000", "--objective", "balanced");

        JsonElement[] models = [.. result.GetProperty("models").EnumerateArray()];
        Assert.Equal("balanced", models[0].GetProperty("options").GetProperty("objective").GetString());
        Assert.False(models[1].GetProperty("options").TryGetProperty("objective", out _));
    }

    [Theory]
    [InlineData("--objective balanced --cost COSTS", "--cost was given with --objective balanced; it goes with --objective cost alone.")]
    [InlineData("--objective cost", "costs was empty and objective cost; must say what mistakes cost")]
    [InlineData("--cost DIR/nothing.csv", "--cost: the file 'DIR/nothing.csv' was not found.")]
    [InlineData("--cost BAD", "must be class,cost or label,prediction,cost")]
    [InlineData("--cost COSTS", "costs had 'yes'; there is no such class. Classes: positive, negative.")]
    [InlineData("--set objective=cost --set costs=yes", "costs had 'yes'; must be entries label:cost or label>prediction:cost, separated by semicolons")]
    [InlineData("--set costs=yes:3", "costs was 'yes:3' and objective accuracy; must be empty unless objective is cost.")]
    [InlineData("--objective fair", "--objective was 'fair'; must be one of accuracy, balanced, cost.")]
    [InlineData("--model moe-data --objective balanced", "model moe-data has no option 'objective'.")]
    public void Replay_WrongObjective_SaysWhatIsAllowed(string options, string expected)
    {
        string costs = _folder.Write("costs.csv", "yes,20\n"), bad = _folder.Write("bad.csv", "class,cost\nyes\n"), directory = Path.GetDirectoryName(costs)!;
        string[] arguments = ["replay", "sine-abrupt", "--instances", "100", .. options.Split(' ').Select(o => o.Replace("COSTS", costs).Replace("BAD", bad).Replace("DIR", directory))];

        Cli run = Cli.Run(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected.Replace("DIR", directory), run.Error);
    }
}
