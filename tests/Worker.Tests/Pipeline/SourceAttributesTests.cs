using System.Globalization;
using System.Text;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A record's key and partition as attributes, for concepts of their own.</summary>
public sealed class SourceAttributesTests
{
    private static readonly EventOptions s_key = new() { KeyAsAttribute = true }, s_partition = new() { PartitionAsAttribute = true },
        s_both = new() { KeyAsAttribute = true, PartitionAsAttribute = true };

    private static readonly LabelOptions s_tight = new() { MaxCount = 9, MaxAge = TimeSpan.FromSeconds(60) };

    [Fact]
    public void Inferred_KeysAndPartitionsStandInTheSchemaRecord()
    {
        using LearnerProcessor processor = Create(null, s_both, inferFrom: 3, partitions: [0, 3, 2]);
        List<string> found = Run(processor, Event(0, "b"), Event(2, "a"), Event(0, null), Event(0, "b"));

        Assert.Contains("""{"name":"(key)","type":"nominal","values":["b","a"]},{"name":"(partition)","type":"nominal","values":["0","2","3"]}]""", found[0], StringComparison.Ordinal);
        Assert.Equal(["a", "(key)", "(partition)"], processor.Schema!.Attributes.Select(a => a.Name));
    }

    [Theory]
    [InlineData("naive-bayes", true)]
    [InlineData("naive-bayes", false)]
    [InlineData("adaptive", true)]
    [InlineData("hoeffding-tree:gracePeriod=20", false)]
    public void CutAnywhere_SavedAnywhere_SameBytes(string model, bool isDeclared)
    {
        SourceRecord[] records = MixedRecords.Draw(5, 400);
        Schema? declared = isDeclared ? Partition.Declared() : null;
        LearningSetup setup = Partition.Setup(model, new SchemaOptions { InferFrom = 10, MaxValues = 4 }, s_tight) with { Events = s_both };
        using LearnerProcessor whole = Partition.Create(declared, setup);
        List<string> expected = Partition.Run(whole, records);
        byte[] state = Partition.Save(whole);
        using LearnerProcessor single = Partition.Create(declared, setup, capacity: 1);
        Assert.Equal(expected, Partition.Run(single, records));
        Assert.Equal(state, Partition.Save(single));
        int loaded = 0;
        for (int at = 0; at < records.Length; at += 37)
        {
            using LearnerProcessor first = Partition.Create(declared, setup);
            List<string> outputs = Partition.Run(first, records.AsSpan(0, at));
            if (first.IsHolding) continue;
            using LearnerProcessor second = Partition.Load(Partition.Save(first), declared, setup, capacity: 17);
            Assert.Equal(expected, outputs.Concat(Partition.Run(second, records.AsSpan(at))));
            Assert.Equal(state, Partition.Save(second));
            loaded++;
        }
        Assert.True(loaded > 5);
        Assert.True(whole.Figures.Features.Totals[(int)FeatureFault.BeyondCap] > 0); // keys k0 to k4, four of them known
    }

    [Theory]
    [InlineData(false, 65)]
    [InlineData(true, 64)]
    public void KeysBeyondTheCap_AreCountedByAttribute(bool missing, int values)
    {
        NewValueAction action = missing ? NewValueAction.Missing : NewValueAction.Other;
        using LearnerProcessor processor = Create(Partition.Declared(["UP", "DOWN"]), s_key, new SchemaOptions { MaxValues = 64, OnNewValue = action });
        List<string> found = Run(processor, [.. Enumerable.Range(0, 70).Select(i => Event(0, $"k{i}"))]);

        Assert.Equal(70, found.Count(l => l.StartsWith("Prediction", StringComparison.Ordinal)));
        NominalDomain keys = processor.Schema!.Attributes[^1].Domain!;
        Assert.Equal(values, keys.Count);
        Assert.Equal(action == NewValueAction.Other ? EventRules.Other : "k63", keys.Values[^1]);
        Assert.Equal(6, processor.Figures.Features.Of(FeatureFault.BeyondCap)[^1]);
    }

    [Fact]
    public void KeysBeyondTheCap_DeadLetters()
    {
        using LearnerProcessor processor = Create(Partition.Declared(["UP", "DOWN"]), s_key, new SchemaOptions { MaxValues = 2, OnNewValue = NewValueAction.DeadLetter });

        Assert.Contains("unknown-value", Run(processor, Event(0, "x"), Event(0, "y"), Event(0, "z"))[2], StringComparison.Ordinal);
    }

    [Fact]
    public void KeysThatAreNoText_AreTheirBytes()
    {
        using LearnerProcessor processor = Create(Partition.Declared(["UP", "DOWN"]), s_key);
        OutputBatch outputs = new();
        processor.Process([Partition.Record(0, Value(), [0xff, 0x00]), Partition.Record(1, Value(), []), Partition.Record(2, Value(), null)], outputs);

        Assert.Equal(["0xFF00", ""], processor.Schema!.Attributes[^1].Domain!.Values);
    }

    [Fact]
    public void Hashed_HasItsBucketsFromTheStart()
    {
        using LearnerProcessor processor = Create(Partition.Declared(["UP", "DOWN"]), s_key, new SchemaOptions { Hash = "(key):8" });
        Run(processor, [.. Enumerable.Range(0, 70).Select(i => Event(0, $"k{i}"))]);

        Assert.Equal(8, processor.Schema!.Attributes[^1].Domain!.Count);
        Assert.Equal(0, processor.Figures.Features.Totals.Sum());
    }

    [Fact]
    public void DeclaredInTheSchemaFile_KeepsItsValues_AndArraysHaveTheOtherAttributesAlone()
    {
        Schema declared = new("events", [SchemaAttribute.Nominal(SourceAttributes.Key, ["x", "y"]), SchemaAttribute.Numeric("a")], SchemaAttribute.Nominal("class", ["UP", "DOWN"]));
        using LearnerProcessor processor = Create(declared, s_key);
        OutputBatch outputs = new();
        processor.Process([Partition.Record(0, """{"features":[1],"label":"UP"}"""u8.ToArray(), "y"u8.ToArray())], outputs);

        Assert.Equal(["a", "(key)"], processor.Schema!.Attributes.Select(a => a.Name));
        Assert.Equal(["x", "y"], processor.Schema.Attributes[1].Domain!.Values);
        Assert.Equal(1, processor.Figures.Learned);
    }

    [Fact]
    public void DeclaredAsNumeric_IsRefused()
    {
        Schema declared = new("events", [SchemaAttribute.Numeric(SourceAttributes.Key)], SchemaAttribute.Nominal("class", ["UP", "DOWN"]));

        Assert.Contains("declares the attribute '(key)' as numeric", Assert.Throws<OptionException>(() => Create(declared, s_key)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FeatureOfThatName_IsIgnoredAndCounted(bool isDeclared)
    {
        using LearnerProcessor processor = Create(isDeclared ? Partition.Declared(["UP"]) : null, s_key, inferFrom: 2);
        string value = """{"features":{"a":1,"(key)":"forged"},"label":"UP"}""";
        Run(processor, (0, "k", value), (0, "k", value));

        Assert.Equal(["k"], processor.Schema!.Attributes[^1].Domain!.Values);
        Assert.Equal(2, processor.Figures.IgnoredFeatures);
    }

    [Fact]
    public void KeyIsTheIdOfAnEventThatWaitsForItsLabel_IsADeadLetter()
    {
        using LearnerProcessor processor = Create(Partition.Declared(["UP", "DOWN"]), s_key);
        List<string> found = Run(processor, (0, "e-1", """{"id":"e-1","features":{"a":1}}"""), (0, "e-2", """{"id":"e-2","features":{"a":1},"label":"UP"}"""), (0, "u", """{"id":"e-3","features":{"a":1}}"""));

        Assert.Contains("streammoe-reason=key-is-id", found[0], StringComparison.Ordinal);
        Assert.Contains("events:keyAsAttribute=false", found[0], StringComparison.Ordinal);
        Assert.Equal(["DeadLetter", "Prediction", "Prediction"], found.Select(l => l.Split(' ')[0]));
    }

    [Fact]
    public void KeyIsTheId_NothingIsInferredFromSuchEvents()
    {
        using LearnerProcessor processor = Create(null, s_key, inferFrom: 1);
        List<string> found = Run(processor, (0, "e-1", """{"id":"e-1","features":{"a":1}}"""), (0, "u", """{"features":{"b":1},"label":"UP"}"""));

        Assert.Contains("key-is-id", found[0], StringComparison.Ordinal);
        Assert.Equal(["b", "(key)"], processor.Schema!.Attributes.Select(a => a.Name));
    }

    [Fact]
    public void LateLabelUnderAnyKey_IsLearnedWithTheKeyOfItsEvent()
    {
        using LearnerProcessor processor = Create(Partition.Declared(["UP", "DOWN"]), s_key);
        Run(processor, (0, "user-7", """{"id":"e-1","features":{"a":1}}"""), (0, "somewhere else", """{"id":"e-1","label":"UP"}"""));

        Assert.Equal((1, 1), (processor.Figures.Joined, processor.Figures.Learned));
        Assert.Equal(["user-7"], processor.Schema!.Attributes[^1].Domain!.Values);
    }

    [Fact]
    public void Partitions_AreThoseThatHaveJoinedByTheFirstRecord_AndLaterOnesAreAdded()
    {
        using LearnerProcessor processor = Create(Partition.Declared(["UP", "DOWN"]), s_partition, partitions: [4, 0]);
        processor.Join(new PartitionId("labels", 0), SourceKind.Labels, 0);
        Run(processor, Event(0, "x"));
        Assert.Equal(["0", "4"], processor.Schema!.Attributes[^1].Domain!.Values);

        processor.Join(new PartitionId("events", 2), SourceKind.Events, 0);
        Run(processor, Event(2, "x"));
        Assert.Equal(["0", "4", "2"], processor.Schema.Attributes[^1].Domain!.Values);
    }

    [Fact]
    public void MoreThan64Partitions_AreRefused()
    {
        using LearnerProcessor processor = Create(Partition.Declared(["UP"]), s_partition, partitions: [63]);
        string text = Assert.Throws<OrderException>(() => processor.Join(new PartitionId("events", 64), SourceKind.Events, 0)).Message;

        Assert.Contains("events-64 would be partition 65 of the topic", text, StringComparison.Ordinal);
        using LearnerProcessor without = Create(Partition.Declared(["UP"]), new EventOptions(), partitions: [64]);
    }

    [Fact]
    public void BeginWithALearnerThatDoesNotHaveThem_IsRefused()
    {
        using LearnerProcessor without = Create(Partition.Declared(["UP", "DOWN"]), new EventOptions());
        Run(without, Event(0, "x"));
        Checkpoint checkpoint = CheckpointFile.Read(Partition.Save(without), "memory");
        using LearnerProcessor processor = Create(null, s_key);

        Assert.Contains("its last attributes are not (key)", Assert.Throws<CheckpointException>(() => processor.StartFrom(checkpoint)).Message, StringComparison.Ordinal);
    }

    /// <summary>Four partitions whose rules contradict each other: what the sign of a says depends on the partition.</summary>
    [Theory]
    [InlineData("hoeffding-tree:gracePeriod=50", true)]
    [InlineData("hoeffding-tree:gracePeriod=50", false)]
    [InlineData("adaptive", true)]
    [InlineData("adaptive", false)]
    public void ConceptsOfTheirOwn_AreLearnedWithTheAttributeAlone(string model, bool byKey)
    {
        Random random = new(1);
        (int, string?, string)[] rows = [.. Enumerable.Range(0, 5000).Select(_ =>
        {
            (double a, int rule) = (random.NextDouble() - 0.5, random.Next(4));
            string label = (a > 0) == (rule < 2) ? "UP" : "DOWN";
            return (byKey ? 0 : rule, (string?)$"user-{rule}", string.Create(CultureInfo.InvariantCulture, $$"""{"features":{"a":{{a}}},"label":"{{label}}"}"""));
        })];
        double Accuracy(EventOptions events)
        {
            using LearnerProcessor processor = Create(null, events, inferFrom: 20, partitions: byKey ? [0] : [0, 1, 2, 3], model: model);
            Run(processor, rows);
            return processor.Figures.WindowAccuracy;
        }

        double with = Accuracy(byKey ? s_key : s_partition), without = Accuracy(new EventOptions());
        Assert.True(with > 0.9 && without < 0.65, $"{with} with the attribute, {without} without");
    }

    private static string Text => """{"features":{"a":1},"label":"UP"}""";

    private static byte[] Value() => Encoding.UTF8.GetBytes(Text);

    private static (int, string?, string) Event(int partition, string? key) => (partition, key, Text);

    private static LearnerProcessor Create(Schema? declared, EventOptions events, SchemaOptions? schema = null, int inferFrom = 1000, int[]? partitions = null, string model = "naive-bayes")
    {
        LearnerProcessor processor = new(Partition.Learner, Partition.Setup(model, (schema ?? new SchemaOptions()) with { InferFrom = inferFrom }) with { Events = events }, declared, 64, 1);
        foreach (int partition in partitions ?? [0]) processor.Join(new PartitionId("events", partition), SourceKind.Events, 0);
        return processor;
    }

    private static List<string> Run(LearnerProcessor processor, params (int Partition, string? Key, string Value)[] records)
    {
        OutputBatch outputs = new();
        foreach ((int partition, string? key, string value) in records)
        {
            SourceState source = processor.Find(new OrderSource(partition))!;
            processor.Process([new SourceRecord(source.Partition, source.Next, Partition.Start + source.Next, key is null ? null : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value))], outputs);
        }
        return Partition.Show(outputs);
    }
}
