using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Checkpoints;

public sealed class CheckpointHeadersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_Setup_HoldsEveryLearningOptionAndNotTheSchemaFile()
    {
        CheckpointHeader header = Wanted("moe-data:topK=2");

        Assert.Equal(("moe-data", 1L, "events-0"), (header.Model, header.Seed, header.Stream));
        Assert.Equal("2", header.LearningOptions["topK"]);
        Assert.Equal("100000", header.LearningOptions["labels:maxCount"]);
        Assert.Equal("P7D", header.LearningOptions["labels:maxAge"]);
        Assert.Equal("1024", header.LearningOptions["schema:maxClasses"]);
        Assert.DoesNotContain("schema:file", header.LearningOptions.Keys);
    }

    [Fact]
    public void ReadInitial_CheckpointOfAReplay_GivesItsLearner()
    {
        string path = Replay("moe-data:topK=2");

        Checkpoint found = CheckpointHeaders.ReadInitial(path, Wanted("moe-data:topK=2"));

        using WorkRunner work = new(1);
        ILearner learner = found.RestoreLearner(PresetCatalogue.Create("moe-data", [new("topK", "2")]), work);
        Assert.Equal(800, learner.Learned);
        Assert.Equal(["groupA", "groupB"], learner.Schema.Class.Domain!.Values);
    }

    [Fact]
    public void ReadInitial_OtherModel_RefusedWithBothValues()
    {
        string path = Replay("moe-data:topK=2");

        CheckpointException fault = Assert.Throws<CheckpointException>(() => CheckpointHeaders.ReadInitial(path, Wanted("moe-data:topK=4")));

        Assert.Contains("option topK is '2' in the checkpoint and '4' in this run", fault.Message);
        Assert.DoesNotContain("labels:", fault.Message);
    }

    private string Replay(string model)
    {
        string path = _folder.File("initial.ckpt");
        Cli.Json("replay", "sea-abrupt", "--model", model, "--instances", "800", "--checkpoint", path);
        return path;
    }

    private static CheckpointHeader Wanted(string model)
    {
        return CheckpointHeaders.Of(new LearningSetup(PresetCatalogue.Parse(model), 1, new SchemaOptions { File = "x.json" }, new LabelOptions()), new PartitionId("events", 0));
    }
}
