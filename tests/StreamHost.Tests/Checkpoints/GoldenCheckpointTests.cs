using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Checkpoints;

/// <summary>A release reads the checkpoints of every release since 0.2.0: those that lie under tests/Golden/checkpoints, a folder a release.</summary>
/// <remarks><c>unreleased</c> is rewritten by <c>STREAMMOE_UPDATE_GOLDEN=1</c> until it is renamed to the release's number; after that a folder never changes.</remarks>
public sealed class GoldenCheckpointTests
{
    private const string Unreleased = "unreleased", Refused = "0.1.0", After = "after.jsonl", Replayed = "replay.ckpt";
    private const int Before = 240, Records = 320;

    /// <summary>Small models, one of every name, that have all together every kind of expert.</summary>
    private static readonly string[] s_models =
    [
        "adaptive",
        "moe-data:experts=3,topK=2,router.hidden1=4,router.hidden2=2,router.interval=16",
        "moe-task:router.hidden1=4,router.hidden2=2",
        "hoeffding-tree:gracePeriod=20",
        "hoeffding-adaptive-tree:gracePeriod=20",
        "leveraging-bagging:learners=2",
        "adaptive-random-forest:learners=2,tree.gracePeriod=20",
        "streaming-random-patches:learners=2",
        "net:hidden1=4,averaged=true,stepEvery=4",
        "neighbours:window=40,innerWindow=10",
        "forgetting-bayes",
        "drifting-tree:tree.gracePeriod=20,lambda=1,warningDelta=0.1",
        "naive-bayes",
        "majority",
        "no-change",
    ];

    public static TheoryData<string, string> Files
    {
        get
        {
            TheoryData<string, string> files = new();
            foreach (string release in Releases())
                foreach (string file in Directory.GetFiles(Folder(release), "*.checkpoint").Order(StringComparer.Ordinal)) files.Add(release, Path.GetFileNameWithoutExtension(file));
            return files;
        }
    }

    public static TheoryData<string> ReleasesSince => [.. Releases()];

    static GoldenCheckpointTests()
    {
        if (Environment.GetEnvironmentVariable("STREAMMOE_UPDATE_GOLDEN") == "1") Rewrite();
    }

    [Theory]
    [MemberData(nameof(ReleasesSince))]
    public void Folder_HasEveryModelOfItsRelease(string release)
    {
        string[] models = [.. Directory.GetFiles(Folder(release), "*.checkpoint").Select(f => CheckpointFile.ReadHeader(f).Model).Order(StringComparer.Ordinal)];

        Assert.Equal(models.Distinct(), models);
        if (release == Unreleased) Assert.Equal(PresetCatalogue.Names.Order(StringComparer.Ordinal), models);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Worker_NothingSet_GoesOnFromIt(string release, string name)
    {
        Checkpoint found = CheckpointFile.Read(Path.Combine(Folder(release), name + ".checkpoint"));

        LearningSetup setup = CheckpointFit.GoOn(found, Partition.Setup("adaptive"), Partition.Learner, out _);
        using LearnerProcessor processor = Partition.Create(Partition.Declared(), setup, from: null);
        processor.Load(found);
        foreach (SourceState source in processor.Sources.ToArray()) processor.Meet(source, Partition.Source);

        Assert.Equal(File.ReadAllLines(Path.Combine(Folder(release), name + ".txt")), Predictions(processor, release));
        // Whoever adds an option after a release says what was done before there was one.
        if (release == Unreleased) return;
        foreach (string option in setup.Known.Keys.Except(found.Header.LearningOptions.Keys).Where(o => !setup.Known[o].IsOperational && o != "schema:file"))
            Assert.True(setup.Known[option].BeforeText is not null, $"option {option} came after {release}; it needs [Before(\"…\")], the value that does what {release} did");
    }

    [Theory]
    [MemberData(nameof(ReleasesSince))]
    public void Replay_NothingGivenButTheStream_GoesOnFromIt(string release)
    {
        JsonElement report = Cli.Json("replay", "sea-abrupt", "--instances", "600", "--resume", Path.Combine(Folder(release), Replayed));

        Assert.Equal(File.ReadAllText(Path.Combine(Folder(release), "replay.txt")).Trim(), Accuracy(report));
    }

    [Fact]
    public void Format2_IsRefusedByName()
    {
        string file = Path.Combine(Folder(Refused), "majority.checkpoint");

        CheckpointFormatException fault = Assert.Throws<CheckpointFormatException>(() => CheckpointFile.Read(file));

        Assert.Contains("it has format 2, which StreamMoE 0.1.0 wrote; this build reads 3", fault.Message);
        Cli verify = Cli.Run("checkpoint", "verify", file);
        Assert.Equal(1, verify.ExitCode);
        Assert.Contains("another format", verify.Error);
        Assert.DoesNotContain("damaged", verify.Error);
    }

    private static IEnumerable<string> Releases() => Directory.GetDirectories(GoldenFiles.Path("checkpoints")).Select(d => Path.GetFileName(d)!).Where(d => d != Refused).Order(StringComparer.Ordinal);

    private static string Folder(string release) => GoldenFiles.Path("checkpoints", release);

    private static string[] Predictions(LearnerProcessor processor, string release)
    {
        long offset = Partition.NextOf(processor);
        SourceRecord[] records = [.. File.ReadAllLines(Path.Combine(Folder(release), After)).Select((value, i) => Partition.Record(offset + i, Encoding.UTF8.GetBytes(value), timestamp: Partition.Start + 1000 * (offset + i)))];
        return [.. Partition.Run(processor, records).Where(line => line.StartsWith("Prediction", StringComparison.Ordinal)).Select(ClassOf)];

        static string ClassOf(string line) => JsonDocument.Parse(line[(line.IndexOf('{'))..(line.LastIndexOf('}') + 1)]).RootElement.GetProperty("prediction").GetString() ?? "-";
    }

    private static string Accuracy(JsonElement report) => report.GetProperty("accuracy").GetDouble().ToString("R", CultureInfo.InvariantCulture);

    private static void Rewrite()
    {
        string folder = Folder(Unreleased);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        SourceRecord[] records = MixedRecords.Draw(7, Records);
        File.WriteAllLines(Path.Combine(folder, After), records[Before..].Where(r => r.Value is { Length: > 0 }).Select(r => Encoding.UTF8.GetString(r.Value!)));
        foreach (string text in s_models)
        {
            LearningSetup setup = Setup(text);
            using LearnerProcessor processor = Partition.Create(Partition.Declared(), setup);
            Partition.Run(processor, records.AsSpan(0, Before));
            string name = Path.Combine(folder, setup.Model.Name);
            CheckpointFile.Write(name + ".checkpoint", CheckpointFit.HeaderOf(setup, Partition.Learner, processor.LearnerSchema) with { NextPosition = Partition.NextOf(processor), Generation = 1 }, processor.Sections);
            File.WriteAllLines(name + ".txt", Predictions(processor, Unreleased));
        }
        string replay = Path.Combine(folder, Replayed);
        Cli.Run("replay", "sea-abrupt", "--model", "naive-bayes", "--label-delay", "20", "--instances", "600", "--stop-after", "400", "--checkpoint", replay);
        File.WriteAllText(Path.Combine(folder, "replay.txt"), Accuracy(Cli.Json("replay", "sea-abrupt", "--instances", "600", "--resume", replay)) + "\n");
    }

    private static LearningSetup Setup(string text) => text != "adaptive" ? Partition.Setup(text) : Partition.Setup() with
    {
        Model = PresetCatalogue.Create("adaptive",
        [
            new("pool", "net:hidden1=4,averaged=true,stepEvery=4 neighbours:window=40,innerWindow=10 naive-bayes forgetting-bayes drifting-tree:lambda=1,warningDelta=0.1"),
            new("lifecycle.reserve", "majority no-change hoeffding-tree hoeffding-adaptive-tree"),
        ]),
    };
}
