using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Checkpoints;

public sealed class CheckpointHeaderTests
{
    [Fact]
    public void DifferencesFrom_OtherOptions_NamesEachWithBothValues()
    {
        CheckpointHeader wanted = CheckpointSamples.Header with
        {
            Seed = 1,
            LearningOptions = new Dictionary<string, string> { ["topK"] = "2", ["router.interval"] = "256", ["labels:maxCount"] = "9", ["new"] = "1" },
        };

        Assert.Equal(
        [
            "seed is '42' in the checkpoint and '1' in this run",
            "option labels:maxCount is '1000' in the checkpoint and '9' in this run",
            "option new is '(absent)' in the checkpoint and '1' in this run",
            "option topK is '3' in the checkpoint and '2' in this run",
        ], CheckpointSamples.Header.DifferencesFrom(wanted));
    }

    [Fact]
    public void DifferencesFrom_OtherPositionGenerationVersionOrUnknownSchema_Fits()
        => Assert.Empty(CheckpointSamples.Header.DifferencesFrom(CheckpointSamples.Header with { NextPosition = 1, Generation = 9, CreatedBy = "StreamMoE 9", Schema = null }));

    [Fact]
    public void ModelDifferencesFrom_OtherStreamAndOtherSections_Fits()
    {
        CheckpointHeader wanted = CheckpointSamples.Header with
        {
            Stream = "sea-abrupt",
            LearningOptions = new Dictionary<string, string> { ["topK"] = "3", ["router.interval"] = "256", ["replay:window"] = "5" },
        };

        Assert.Empty(CheckpointSamples.Header.ModelDifferencesFrom(wanted));
        Assert.Single(CheckpointSamples.Header.ModelDifferencesFrom(wanted with { Model = "adaptive" }));
    }

    [Fact]
    public void DifferencesFrom_DomainThatWentOn_Fits()
        => Assert.Empty(WithColours(["red", "grün", "blue"]));

    [Fact]
    public void DifferencesFrom_OtherSchemas_NamesWhatDiffers()
    {
        Assert.Equal(["value 2 of attribute 2, 'colour', is 'grün' in the checkpoint and 'blue' in this run"], WithColours(["red", "blue"]));
        Assert.Equal(["attribute 2, 'colour', may have 7 values in the checkpoint and 9 in this run"], WithColours(["red"], cap: 9));
        Assert.Equal(["attribute 2, 'colour', is nominal in the checkpoint and numeric in this run"], With(SchemaAttribute.Numeric("height"), SchemaAttribute.Numeric("colour")));
        Assert.Equal(["attribute 1 is 'height' in the checkpoint and 'width' in this run"], With(SchemaAttribute.Numeric("width"), CheckpointSamples.Schema.Attributes[1]));
        Assert.Equal(["the schema has 2 attributes in the checkpoint and 1 in this run"], With(SchemaAttribute.Numeric("height")));
    }

    private static IReadOnlyList<string> WithColours(string[] values, int cap = 7)
        => With(SchemaAttribute.Numeric("height"), SchemaAttribute.Nominal("colour", values, cap));

    private static IReadOnlyList<string> With(params SchemaAttribute[] attributes)
        => CheckpointSamples.Header.DifferencesFrom(CheckpointSamples.Header with { Schema = new LearnerSchema(new Schema("other", attributes, CheckpointSamples.Schema.Class)) });
}
