using StreamMoe.DriftMoe.Work;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>More classes than a domain takes by default: 1,024.</summary>
public sealed class MoeTaskManyClassesTests
{
    [Theory]
    [InlineData(1100, 1100)]
    [InlineData(2, 1100)]
    public void Load_MoreClassesThanADomainHasByDefault_GoesOnWithTheSameBytes(int declared, int classes)
    {
        using WorkRunner work = new(1);
        LearnerPreset preset = PresetCatalogue.Create("moe-task", [new("router.hidden1", "2"), new("router.hidden2", "0")]);
        Schema schema = Declared(declared);
        ILearner original = preset.Create(schema, 1, work), restored = preset.Create(Declared(declared), 1, work);
        Learn(original, classes - 1, 1);

        restored.Load(new StateReader(new MemoryStream(Bytes(original))));

        Assert.Equal(classes, restored.ExpertCount);
        Learn(original, 0, classes - 2);
        Learn(restored, 0, classes - 2);
        Assert.Equal(Bytes(original), Bytes(restored));
    }

    private static Schema Declared(int classes) => new("many", [SchemaAttribute.Numeric("x")], SchemaAttribute.Nominal("class", Enumerable.Range(0, classes).Select(c => $"c{c}"), 2000));

    private static void Learn(ILearner learner, params int[] labels)
    {
        InstanceBlock block = new(1, labels.Length);
        foreach (int label in labels) block.Add([label / 7.0], label);
        learner.Process(block, new Predictions(labels.Length));
    }

    private static byte[] Bytes(ILearner learner)
    {
        MemoryStream bytes = new();
        learner.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }
}
