using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Checkpoints;

/// <summary>A checkpoint alone is enough to go on: the learner is made for the schema that it holds, though values and classes turned up while it learned.</summary>
public sealed class StartingFromACheckpointTests
{
    private const int Rows = 1200, Half = 700;

    public static TheoryData<string> Models => [.. PresetCatalogue.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Load_SchemaThatGrewWhileLearning_PredictsAsTheLearnerThatSawItGrow(string model)
    {
        using WorkRunner work = new(1);
        LearnerPreset preset = PresetCatalogue.Create(model, []);
        Schema growing = new("growing", [SchemaAttribute.Numeric("x"), SchemaAttribute.Nominal("colour", [])], SchemaAttribute.Nominal("class", []));
        LearnerSchema schema = new(growing);
        ILearner first = preset.Create(growing, 1, work);
        Feed(first, growing, 0, Half);
        byte[] bytes = CheckpointFile.ToBytes(new CheckpointHeader(model, 1, "rows", Half, preset.Options.ToDictionary()) { Schema = schema }, [new("learner", first.Save)]);

        Checkpoint checkpoint = CheckpointFile.Read(bytes, "rows");
        ILearner second = checkpoint.RestoreLearner(preset, work);

        int[] expected = Feed(first, growing, Half, Rows);
        Assert.Equal(expected, Feed(second, second.Schema, Half, Rows));
        Assert.Equal(Bytes(first), Bytes(second));
    }

    private static byte[] Bytes(ILearner learner)
        => CheckpointFile.ToBytes(new CheckpointHeader("", 0, "", 0, new Dictionary<string, string>()), [new("learner", learner.Save)]);

    /// <summary>Rows whose values and classes turn up one after the other: a new one every 200 rows.</summary>
    private static int[] Feed(ILearner learner, Schema schema, int from, int to)
    {
        InstanceBlock block = new(2, 50);
        Predictions answers = new(50);
        List<int> predictions = [];
        Random random = new(from);
        for (int r = from; r < to; r++)
        {
            int kind = random.Next(1 + (r / 200));
            Assert.True(schema.Attributes[1].Domain!.TryGetOrAdd($"colour{(kind * 7) % 5}", out int colour));
            Assert.True(schema.Class.Domain!.TryGetOrAdd($"class{kind}", out int label));
            block.Add([kind + random.NextDouble(), colour], label);
            if (!block.IsFull && r < to - 1) continue;
            learner.Process(block, answers);
            predictions.AddRange(answers.Classes[..block.Count]);
            block.Clear();
        }
        return [.. predictions];
    }
}
