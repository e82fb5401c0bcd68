using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary><c>replay --partitions</c>: what a topic's partitions cost, and what one learner gives back.</summary>
public sealed class ReplayPartitionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hoeffding-tree", "1", "1")]
    [InlineData("adaptive", "1", "partition")]
    [InlineData("adaptive", "8", "1")]
    [InlineData("moe-data", "3", "1")]
    public void OneLearner_PredictsWhatAReplayWithoutPartitionsDoes(string model, string partitions, string learners)
    {
        string[] stream = ["agrawal-abrupt", "--instances", "6000", "--model", model];

        Assert.Equal(Predictions(stream), Predictions([.. stream, "--partitions", partitions, "--learners", learners]));
    }

    [Theory]
    [InlineData("2", "2")]
    [InlineData("3", "partition")]
    public void ALearnerAPartition_EqualsSeparateReplays(string partitions, string learners)
    {
        int count = int.Parse(partitions, System.Globalization.CultureInfo.InvariantCulture);
        string whole = _folder.File("whole.arff"); // which declares its classes, so that the parts have them in the same order
        Assert.Equal(0, Cli.Run("generate", "sine-abrupt", "--instances", "3000", "--output", whole).ExitCode);
        string[] lines = File.ReadAllLines(whole);
        int data = Array.FindIndex(lines, l => l.StartsWith("@data", StringComparison.OrdinalIgnoreCase)) + 1;
        string[][] separate = [.. Enumerable.Range(0, count).Select(p =>
        {
            string part = _folder.Write($"part-{p}.arff", string.Join('\n', [.. lines[..data], .. lines[data..].Where((_, i) => i % count == p)]) + "\n");
            return Predictions([part, "--model", "adaptive"]);
        })];

        string[] found = Predictions([whole, "--model", "adaptive", "--partitions", partitions, "--learners", learners]);

        Assert.Equal(3000, found.Length);
        for (int i = 0; i < found.Length; i++) Assert.Equal(After(separate[i % count][i / count]), After(found[i]));

        static string After(string line) => line[(line.IndexOf(',', StringComparison.Ordinal) + 1)..]; // the position differs
    }

    [Fact]
    public void SplitByHash_SendsEqualValuesToOnePartition()
    {
        JsonElement found = Cli.Json("replay", "stagger-abrupt", "--instances", "2000", "--model", "majority", "--partitions", "3", "--learners", "partition", "--split", "hash:size");

        Assert.Equal(2000, found.GetProperty("learnersDetail").EnumerateArray().Sum(l => l.GetProperty("instances").GetInt64()));
        Assert.Equal("hash:size", found.GetProperty("split").GetString());
    }

    [Fact]
    public void Disorder_IsDeterministicAndCostsSomething()
    {
        string[] stream = ["sine-abrupt", "--instances", "5000", "--model", "no-change", "--partitions", "4", "--disorder", "50"];
        string[] one = Predictions(stream);

        Assert.Equal(5000, one.Length);
        Assert.Equal(one, Predictions(stream));
        Assert.NotEqual(one, Predictions(["sine-abrupt", "--instances", "5000", "--model", "no-change", "--partitions", "4"]));
    }

    [Fact]
    public void Json_TellsOfPartitionsAndEachLearner()
    {
        JsonElement found = Cli.Json("replay", "sea-abrupt", "--instances", "3000", "--model", "hoeffding-tree", "--partitions", "4", "--learners", "2");

        Assert.Equal((4, "2"), (found.GetProperty("partitions").GetInt32(), found.GetProperty("learners").GetString()));
        JsonElement[] each = [.. found.GetProperty("learnersDetail").EnumerateArray()];
        Assert.Equal([1500, 1500], each.Select(l => l.GetProperty("instances").GetInt32()));
        foreach (string part in (string[])["experts", "drifts", "curve"]) Assert.All(each, l => Assert.True(l.TryGetProperty(part, out _)));
        double mean = each.Average(l => l.GetProperty("accuracy").GetDouble());
        Assert.Equal(mean, found.GetProperty("accuracy").GetDouble(), 6);
    }

    [Fact]
    public void PartitionAsAttribute_LearnsARuleOfEachPartition()
    {
        // Two partitions in turn, whose rules are each other's opposite.
        Random random = new(1);
        string file = _folder.Write("two.csv", "a,y\n" + string.Concat(Enumerable.Range(0, 6000).Select(i =>
        {
            int a = random.Next(1000);
            return FormattableString.Invariant($"{a},{(a < 500 == (i % 2 == 0) ? "p" : "n")}\n");
        })));
        double Accuracy(params string[] options) => Cli.Json(["replay", file, "--model", "hoeffding-tree", "--set", "gracePeriod=50", "--partitions", "2", .. options]).GetProperty("window").GetProperty("accuracy").GetDouble();

        Assert.InRange(Accuracy(), 0, 0.6);
        Assert.InRange(Accuracy("--partition-as-attribute"), 0.85, 1);
        Assert.Contains(Cli.Json("replay", file, "--partitions", "2", "--model", "majority", "--partition-as-attribute").GetProperty("schema").EnumerateArray(), a => a.GetProperty("name").GetString() == "(partition)");
    }

    [Theory]
    [InlineData("--partitions was", "--partitions", "0")]
    [InlineData("--partitions was", "--partitions", "1025")]
    [InlineData("--learners was '5'; must be a number in [1, 4]", "--partitions", "4", "--learners", "5")]
    [InlineData("--learners was '0'", "--partitions", "4", "--learners", "0")]
    [InlineData("--learners was 'each'", "--partitions", "4", "--learners", "each")]
    [InlineData("--split was 'random'; must be round-robin", "--partitions", "4", "--split", "random")]
    [InlineData("there is no attribute 'nobody'", "--partitions", "4", "--split", "hash:nobody")]
    [InlineData("--disorder was", "--partitions", "4", "--disorder", "-1")]
    [InlineData("--learners was given without --partitions", "--learners", "2")]
    [InlineData("--split was given without --partitions", "--split", "round-robin")]
    [InlineData("--disorder was given without --partitions", "--disorder", "3")]
    [InlineData("--partition-as-attribute was given without --partitions", "--partition-as-attribute")]
    [InlineData("there may be 64", "--partitions", "65", "--partition-as-attribute")]
    [InlineData("--checkpoint was given with --partitions", "--partitions", "4", "--checkpoint", "state.ckpt")]
    [InlineData("--resume was given with --partitions", "--partitions", "4", "--resume", "state.ckpt")]
    [InlineData("--label-delay was given with --partitions", "--partitions", "4", "--label-delay", "3")]
    public void BadValues_AreRefused(string text, params string[] options)
    {
        Cli run = Cli.Run(["replay", "sea-abrupt", "--instances", "100", "--model", "majority", .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    private string[] Predictions(string[] arguments)
    {
        string file = _folder.File($"{Guid.NewGuid():N}.csv");
        Cli run = Cli.Run(["replay", .. arguments, "--predictions", file]);
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. File.ReadLines(file).Skip(1)];
    }
}
