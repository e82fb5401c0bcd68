using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Streams;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>What a partition puts out and holds depends on its records alone, not on how they arrive.</summary>
public sealed class CutIndependenceTests
{
    private static readonly LabelOptions s_tight = new() { MaxCount = 9, MaxAge = TimeSpan.FromSeconds(60), MaxSkew = TimeSpan.FromSeconds(20) };

    [Theory]
    [InlineData("naive-bayes")]
    [InlineData("majority")]
    [InlineData("no-change")]
    [InlineData("hoeffding-tree:gracePeriod=20")]
    [InlineData("moe-data:router.interval=16")]
    [InlineData("moe-task")]
    [InlineData("adaptive-random-forest:learners=3")]
    [InlineData("adaptive")]
    public void Process_CutAnywhere_SameOutputsAndState(string model)
    {
        SourceRecord[] records = MixedRecords.Draw(7, 600);
        LearningSetup setup = Partition.Setup(model, labels: s_tight);
        (List<string> expected, byte[] state) = Whole(Partition.Declared(), setup, records, capacity: 600);
        Random random = new(3);

        foreach (int capacity in (int[])[1, 2, 7, 64])
        {
            int[] cuts = [.. Enumerable.Range(0, 120).Select(_ => random.Next(records.Length + 1)).Order()];
            using LearnerProcessor processor = Partition.Create(Partition.Declared(), setup, capacity, threads: 2);
            Assert.Equal(expected, Partition.Run(processor, records, cuts));
            Assert.Equal(state, Partition.Save(processor));
        }
    }

    [Fact]
    public void Process_AnyRecordsCutAnywhere_SameOutputsAndState()
        => Prop.ForAll(Cases(), c =>
        {
            SourceRecord[] records = MixedRecords.Draw(c.Seed, c.Count, ids: 4 + c.Seed % 9);
            Schema? declared = c.Inferred ? null : Partition.Declared(maxClasses: 3, maxValues: 5);
            LearningSetup setup = Partition.Setup("hoeffding-tree:gracePeriod=10", new SchemaOptions { InferFrom = 15, MaxClasses = 3 }, s_tight);
            (List<string> expected, byte[] state) = Whole(declared, setup, records, capacity: 1);
            using LearnerProcessor processor = Partition.Create(declared, setup, c.Capacity);
            int[] cuts = [.. c.Cuts.Select(x => x % (c.Count + 1)).Order()];
            Assert.Equal(expected, Partition.Run(processor, records, cuts));
            Assert.Equal(state, Partition.Save(processor));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Process_DriftingStream_CutAnywhere_SameAuditRecords()
    {
        SourceRecord[] records = MixedRecords.Draw(11, 9000, ids: 4000);
        LearningSetup setup = Partition.Setup("adaptive");
        (List<string> expected, byte[] state) = Whole(Partition.Declared(), setup, records, capacity: 512);
        Assert.Contains(expected, line => line.StartsWith("Audit", StringComparison.Ordinal));

        using LearnerProcessor processor = Partition.Create(Partition.Declared(), setup, 100, threads: 2);
        Assert.Equal(expected, Partition.Run(processor, records, 1, 17, 3000, 4711));
        Assert.Equal(state, Partition.Save(processor));
    }

    private static (List<string> Outputs, byte[] State) Whole(Schema? declared, LearningSetup setup, SourceRecord[] records, int capacity)
    {
        using LearnerProcessor processor = Partition.Create(declared, setup, capacity);
        List<string> outputs = Partition.Run(processor, records);
        return (outputs, Partition.Save(processor));
    }

    private static Arbitrary<(int Seed, int Count, int Capacity, bool Inferred, int[] Cuts)> Cases()
        => (from seed in Gen.Choose(0, int.MaxValue)
            from count in Gen.Choose(150, 300)
            from capacity in Gen.Choose(1, 40)
            from inferred in Gen.Elements(false, true)
            from cuts in Gen.Choose(0, 1000).ArrayOf(20)
            select (seed, count, capacity, inferred, cuts)).ToArbitrary();
}
