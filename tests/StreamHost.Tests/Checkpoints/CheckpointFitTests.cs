using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Checkpoints;

public sealed class CheckpointFitTests : IDisposable
{
    private static readonly LearnerId s_partition = new("events", 0);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_Setup_HoldsEveryLearningOptionAndNotTheSchemaFile()
    {
        CheckpointHeader header = Wanted("moe-data:topK=2");

        Assert.Equal(("moe-data", 1L, "events-l0"), (header.Model, header.Seed, header.Stream));
        Assert.Equal("2", header.LearningOptions["topK"]);
        Assert.Equal("100000", header.LearningOptions["labels:maxCount"]);
        Assert.Equal("P7D", header.LearningOptions["labels:maxAge"]);
        Assert.Equal("1024", header.LearningOptions["schema:maxClasses"]);
        Assert.DoesNotContain("schema:file", header.LearningOptions.Keys);
    }

    [Fact]
    public void Begin_CheckpointOfAReplay_HasItsLearner()
    {
        Checkpoint found = CheckpointFile.Read(Replay("moe-data:topK=2"));

        LearningSetup setup = CheckpointFit.Begin(found, Setup("moe-data:topK=2"), s_partition, sameStream: false, out string? note);

        using WorkRunner work = new(1);
        ILearner learner = found.RestoreLearner(setup.Model, work);
        Assert.Equal(800, learner.Learned);
        Assert.Equal(["groupA", "groupB"], learner.Schema.Class.Domain!.Values);
        Assert.Null(note);
    }

    [Fact]
    public void Begin_OtherModelOptionThatWasSet_RefusedWithBothValues()
    {
        Checkpoint found = CheckpointFile.Read(Replay("moe-data:topK=2"));

        CheckpointException fault = Assert.Throws<CheckpointException>(() => CheckpointFit.Begin(found, Setup("moe-data:topK=4"), s_partition, sameStream: false, out _));

        Assert.Contains("option topK is '2' in the checkpoint and '4' in this run", fault.Message);
        Assert.DoesNotContain("labels:", fault.Message);
    }

    [Fact]
    public void Begin_ModelAndOptionsThatNobodySet_AreTheCheckpoints()
    {
        Checkpoint found = CheckpointFile.Read(Replay("moe-data:topK=2"));

        LearningSetup setup = CheckpointFit.Begin(found, Setup("adaptive"), s_partition, sameStream: false, out string? note);

        Assert.Equal("moe-data", setup.Model.Name);
        Assert.Contains(KeyValuePair.Create("topK", "2"), setup.Model.LearningOptions);
        Assert.Equal("taken from the checkpoint, not from this build's defaults: topK is 2 (3 by default)", note);
    }

    [Fact]
    public void GoOn_LimitsThatNobodySet_AreTheCheckpointsAndThoseThatWereSetMustFit()
    {
        LearningSetup writer = Setup("naive-bayes") with { Labels = new LabelOptions { MaxCount = 50, MaxAge = TimeSpan.FromHours(2) } };
        Checkpoint found = Written(CheckpointFit.HeaderOf(writer, s_partition));
        LearningSetup reader = Setup("naive-bayes") with { SetKeys = new HashSet<string> { "labels:maxBytes" } };

        LearningSetup setup = CheckpointFit.GoOn(found, reader, s_partition, out string? note);

        Assert.Equal(writer.Labels, setup.Labels);
        Assert.Equal("taken from the checkpoint, not from this build's defaults: labels:maxAge is PT2H (P7D by default), labels:maxCount is 50 (100000 by default)", note);
        CheckpointException fault = Assert.Throws<CheckpointException>(
            () => CheckpointFit.GoOn(found, reader with { SetKeys = new HashSet<string> { "labels:maxCount", "model:seed" }, Seed = 2 }, s_partition, out _));
        Assert.Contains("seed is '1' in the checkpoint and '2' in this run; option labels:maxCount is '50' in the checkpoint and '100000' in this run", fault.Message);
        Assert.Contains("leave them out", fault.Message);
    }

    [Fact]
    public void GoOn_AnotherBuildWroteIt_TheNoteNamesBoth()
    {
        LearningSetup setup = Setup("naive-bayes");
        Checkpoint found = Written(CheckpointFit.HeaderOf(setup, s_partition) with { CreatedBy = "StreamMoE 0.2.0" });

        CheckpointFit.GoOn(found, setup, s_partition, out string? note);

        Assert.Equal($"written by StreamMoE 0.2.0, this is {CheckpointHeader.ThisBuild}", note);
    }

    [Fact]
    public void GoOn_OptionsOrModelThatThisBuildLacks_RefusedByName()
    {
        CheckpointHeader header = CheckpointFit.HeaderOf(Setup("naive-bayes"), s_partition) with { CreatedBy = "StreamMoE 9.0.0" };
        Dictionary<string, string> more = header.LearningOptions.ToDictionary();
        more["labels:maxHope"] = "7";

        CheckpointException option = Assert.Throws<CheckpointException>(() => CheckpointFit.GoOn(Written(header with { LearningOptions = more }), Setup("naive-bayes"), s_partition, out _));
        CheckpointException model = Assert.Throws<CheckpointException>(() => CheckpointFit.GoOn(Written(header with { Model = "oracle" }), Setup("naive-bayes"), s_partition, out _));

        Assert.Contains("was written by StreamMoE 9.0.0 and does not fit this build", option.Message);
        Assert.Contains("'maxHope'", option.Message);
        Assert.Contains("'oracle'", model.Message);
    }

    private string Replay(string model)
    {
        string path = _folder.File("initial.ckpt");
        Cli.Json("replay", "sea-abrupt", "--model", model, "--instances", "800", "--checkpoint", path);
        return path;
    }

    private static CheckpointHeader Wanted(string model) => CheckpointFit.HeaderOf(Setup(model), s_partition);

    private static LearningSetup Setup(string model) => new(PresetCatalogue.Parse(model), 1, new SchemaOptions { File = "x.json" }, new LabelOptions());

    private static Checkpoint Written(CheckpointHeader header) => CheckpointFile.Read(CheckpointFile.ToBytes(header, [new("partition", _ => { })]), "memory");
}
