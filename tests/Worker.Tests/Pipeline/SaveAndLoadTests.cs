using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A partition goes on from a saved state as if nothing had happened.</summary>
public sealed class SaveAndLoadTests
{
    private static readonly LabelOptions s_tight = new() { MaxCount = 9, MaxAge = TimeSpan.FromSeconds(60) };

    [Theory]
    [InlineData("naive-bayes", true)]
    [InlineData("hoeffding-tree:gracePeriod=20", false)]
    [InlineData("moe-data:router.interval=16", true)]
    [InlineData("moe-task", true)]
    [InlineData("adaptive-random-forest:learners=3", true)]
    [InlineData("adaptive", true)]
    public void Load_AtAnyRecord_GoesOnWithTheSameBytes(string model, bool isDeclared)
    {
        SourceRecord[] records = MixedRecords.Draw(5, 400);
        Schema? declared = isDeclared ? Partition.Declared() : null;
        LearningSetup setup = Partition.Setup(model, new SchemaOptions { InferFrom = 10 }, s_tight);
        using LearnerProcessor whole = Partition.Create(declared, setup);
        List<string> expected = Partition.Run(whole, records);
        byte[] state = Partition.Save(whole);
        int loaded = 0;

        for (int at = 0; at < records.Length; at += 23)
        {
            using LearnerProcessor first = Partition.Create(declared, setup);
            List<string> outputs = Partition.Run(first, records.AsSpan(0, at));
            if (first.IsHolding) continue;
            using LearnerProcessor second = Partition.Load(Partition.Save(first), declared, setup, capacity: 17);
            Assert.Equal(Partition.NextOf(first), Partition.NextOf(second));
            Assert.Equal(expected, outputs.Concat(Partition.Run(second, records.AsSpan(at))));
            Assert.Equal(state, Partition.Save(second));
            loaded++;
        }
        Assert.True(loaded > 10);
    }

    [Fact]
    public void Load_KeepsEveryCount()
    {
        SourceRecord[] records = MixedRecords.Draw(6, 500);
        LearningSetup setup = Partition.Setup(labels: s_tight);
        using LearnerProcessor one = Partition.Create(Partition.Declared(), setup);
        Partition.Run(one, records);
        using LearnerProcessor other = Partition.Load(Partition.Save(one), Partition.Declared(), setup);

        string[] unsaved = [nameof(PartitionFigures.ModelBytes), nameof(PartitionFigures.Confidence), nameof(PartitionFigures.CalibrationError)];
        foreach (System.Reflection.FieldInfo field in typeof(PartitionFigures).GetFields().Where(f => !unsaved.Contains(f.Name)))
            Assert.Equal((field.Name, field.GetValue(one.Figures)), (field.Name, field.GetValue(other.Figures)));
        Assert.Equal(one.Figures.DeadLetters, other.Figures.DeadLetters);
        PartitionFigures figures = one.Figures;
        Assert.All((long[])[figures.Events, figures.Labelled, figures.Labels, figures.Joined, figures.Duplicates, figures.IgnoredFeatures,
            figures.Expired, figures.Orphans, figures.Waiting, figures.WaitingBytes, figures.Learned, figures.Classes], count => Assert.True(count > 0));
        Assert.Equal(records.Length, figures.Records);
        Assert.Equal(records.Length, figures.Events + figures.Labels + figures.DeadLetters.Sum());
        Assert.Equal(figures.Events, figures.Predictions);
    }

    /// <summary>However small the batches are; a worker's hold 512 records at most.</summary>
    [Fact]
    public void ModelBytes_TreeGrows_FollowAfterAThousandInstances()
    {
        SourceRecord[] records = Partition.Records([.. Enumerable.Range(0, 6000).Select(i => $$"""{"features":{"a":{{i % 7}},"b":{{i % 11}}},"label":"{{(i % 7 < 3 == i % 11 < 5 ? "UP" : "DOWN")}}"}""")]);
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"]), Partition.Setup("hoeffding-tree:gracePeriod=50"), capacity: 64);
        List<long> sizes = [];
        for (int at = 0; at < records.Length; at += 100)
        {
            Partition.Run(processor, records.AsSpan(at, 100));
            sizes.Add(processor.Figures.ModelBytes);
        }
        Assert.True(sizes[^1] > 1.5 * sizes[0], string.Join(", ", sizes));
    }

    [Fact]
    public void Silent_LearnsTheSameAndPutsNothingOut()
    {
        SourceRecord[] records = MixedRecords.Draw(8, 300);
        using LearnerProcessor loud = Partition.Create(Partition.Declared()), silent = Partition.Create(Partition.Declared());
        List<string> before = Partition.Run(loud, records.AsSpan(0, 200)), after = Partition.Run(loud, records.AsSpan(200));
        Assert.NotEmpty(before);

        silent.Silent = true;
        Assert.Empty(Partition.Run(silent, records.AsSpan(0, 200), 50));
        silent.Silent = false;
        Assert.Equal(after, Partition.Run(silent, records.AsSpan(200)));
        Assert.Equal(Partition.Save(loud), Partition.Save(silent));
    }

    [Fact]
    public void Load_AnotherDeclaredSchema_NamesTheDifference()
    {
        using LearnerProcessor one = Partition.Create(Partition.Declared());
        Schema other = new("events", [SchemaAttribute.Numeric("a"), SchemaAttribute.Numeric("b"), SchemaAttribute.Numeric("c")], SchemaAttribute.Nominal("class", []));

        CheckpointException e = Assert.Throws<CheckpointException>(() => Partition.Load(Partition.Save(one), other));

        Assert.Contains("attribute 'c' is nominal; declared is numeric", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_WhileRecordsAreHeld_Throws()
    {
        using LearnerProcessor processor = Partition.Create(null);
        Partition.Run(processor, Partition.Records("""{"features":{"a":1},"label":"UP"}"""));

        Assert.True(processor.IsHolding);
        Assert.Equal(1, Partition.NextOf(processor));
        Assert.Throws<InvalidOperationException>(() => Partition.Save(processor));
    }

    [Fact]
    public void StartFrom_LearnerOfAReplay_PredictsAsItWould()
    {
        SourceRecord[] records = MixedRecords.Draw(9, 300);
        using LearnerProcessor teacher = Partition.Create(Partition.Declared(["UP", "DOWN"]));
        Partition.Run(teacher, records);
        Checkpoint saved = CheckpointFile.Read(Partition.Save(teacher), "memory");

        using LearnerProcessor pupil = Partition.Create(Partition.Declared(), from: 1000);
        pupil.StartFrom(saved);
        SourceRecord probe = Partition.Record(1000, """{"features":[0.5,0.5,"v1"]}"""u8.ToArray());

        string expected = Assert.Single(Partition.Run(teacher, [probe]));
        Assert.Equal(expected, Assert.Single(Partition.Run(pupil, [probe])));
        Assert.Equal(teacher.Learner!.Learned, pupil.Figures.Learned);
        Assert.Equal(1, pupil.Figures.Events);
        using LearnerProcessor again = Partition.Load(Partition.Save(pupil), Partition.Declared());
        Assert.Equal(Partition.Save(pupil), Partition.Save(again));
    }
}
