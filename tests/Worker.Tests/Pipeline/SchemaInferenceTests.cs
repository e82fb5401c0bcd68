using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>How a partition without a declared schema finds its own.</summary>
public sealed class SchemaInferenceTests
{
    [Fact]
    public void EnoughLabels_PublishTheSchemaAndThenPredictWhatWasHeldInOrder()
    {
        using LearnerProcessor processor = Create(inferFrom: 3);
        string[] values =
        [
            """{"features":{"b":1,"a":"x","n":null},"label":"UP"}""",
            "{",
            """{"features":{"a":"y","b":2.5,"late":3}}""",
            """{"features":{"a":"x"},"label":1}""",
        ];
        Assert.Empty(Partition.Run(processor, Partition.Records(values)));
        Assert.Equal((true, 4, 4), (processor.IsHolding, Partition.NextOf(processor), processor.Figures.Held));

        List<string> found = Partition.Run(processor, [Partition.Record(4, """{"features":{"b":1},"label":"UP"}"""u8.ToArray())]);

        Assert.Equal("""Audit | events-0 | {"time":"2025-11-21T20:00:04Z","source":{"topic":"events","partition":0,"offset":4},"kind":"schema","attributes":["""
            + """{"name":"b","type":"numeric"},{"name":"a","type":"nominal","values":["x","y"]},{"name":"late","type":"numeric"}],"classes":["UP","1"],"shape":"nested","ignored":["n"]}""", found[0]);
        Assert.Equal(["Audit", "Prediction", "DeadLetter", "Prediction", "Prediction", "Prediction"], found.Select(l => l.Split(' ')[0]));
        Assert.Contains("\"offset\":2", found[3], StringComparison.Ordinal);
        Assert.Equal((false, 5, 0), (processor.IsHolding, Partition.NextOf(processor), processor.Figures.Held));
        Assert.Equal(3, processor.Figures.Learned);
    }

    [Fact]
    public void LateLabelsCountToo()
    {
        using LearnerProcessor processor = Create(inferFrom: 2);
        Partition.Run(processor, Partition.Records("""{"id":"a","features":[1,"x"]}""", """{"id":"b","features":[1,"x"]}""", """{"id":"a","label":"UP"}""", """{"id":"b","label":"UP"}"""));

        Assert.Equal(["a1", "a2"], processor.Schema!.Attributes.Select(a => a.Name));
        Assert.Equal([false, true], processor.Schema.Attributes.Select(a => a.IsNominal));
        Assert.Equal(2, processor.Figures.Learned);
    }

    [Fact]
    public void ArraysLongerThanTheMostAttributes_DoNotCount_AndBecomeDeadLetters()
    {
        using LearnerProcessor processor = Create(inferFrom: 3);
        string tooLong = $"{{\"features\":[{string.Join(',', Enumerable.Repeat("1", 5000))}],\"label\":\"UP\"}}";
        List<string> found = Partition.Run(processor, Partition.Records(tooLong, tooLong, """{"features":[1,2],"label":"UP"}"""));

        Assert.Equal(["a1", "a2"], processor.Schema!.Attributes.Select(a => a.Name));
        Assert.Equal(["Audit", "DeadLetter", "DeadLetter", "Prediction"], found.Select(l => l.Split(' ')[0]));
    }

    [Theory]
    [InlineData("1", "1", "\"x\"", false)]
    [InlineData("1", "\"x\"", "\"x\"", true)]
    [InlineData("1", "\"x\"", "null", true)]
    [InlineData("true", "null", "{}", true)]
    [InlineData("1", "\"2\"", "\"3\"", false)]
    [InlineData("\"1\"", "\"2\"", "null", true)]
    public void MixedAttribute_IsWhatMostValuesAre(string first, string second, string third, bool isNominal)
    {
        using LearnerProcessor processor = Create(inferFrom: 3);
        Partition.Run(processor, Partition.Records([.. new[] { first, second, third }.Select(v => $$"""{"features":{"a":{{v}}},"label":"UP"}""")]));
        Assert.Equal(isNominal, processor.Schema!.Attributes[0].IsNominal);
    }

    [Fact]
    public void RecordTime_EndsTheWaitForFurtherLabels()
    {
        using LearnerProcessor processor = Create(inferFrom: 100, wait: TimeSpan.FromSeconds(60));
        byte[] labelled = """{"features":{"a":1},"label":"UP"}"""u8.ToArray();
        Assert.Empty(Partition.Run(processor, [Partition.Record(0, labelled), Partition.Record(1, labelled, timestamp: Partition.Start + 59_999)]));

        List<string> found = Partition.Run(processor, [Partition.Record(2, """{"features":{"a":1}}"""u8.ToArray(), timestamp: Partition.Start + 60_000)]);

        Assert.Equal(4, found.Count);
        Assert.Equal(2, processor.Figures.Learned);
    }

    [Fact]
    public void NoLabelAtAll_LetsTheOldestHeldRecordsGoAsDeadLetters()
    {
        using LearnerProcessor processor = Create(inferFrom: 2);
        string[] values = [.. Enumerable.Repeat("""{"features":{"a":1}}""", 25)];
        List<string> found = Partition.Run(processor, Partition.Records(values));

        Assert.Equal(6, found.Count);
        Assert.All(found, l => Assert.Contains("streammoe-reason=no-schema", l, StringComparison.Ordinal));
        Assert.Equal((19, 25), (processor.Figures.Held, Partition.NextOf(processor)));
        Partition.Run(processor, [Partition.Record(25, """{"features":{"a":1},"label":"UP"}"""u8.ToArray())]);
        Assert.False(processor.IsHolding);
        Assert.Equal(20, processor.Figures.Predictions);
    }

    [Fact]
    public void BadRecordBeforeAnything_IsPutOutAtOnce()
    {
        using LearnerProcessor processor = Create(inferFrom: 2);
        Assert.Contains("not-json", Assert.Single(Partition.Run(processor, Partition.Records("{"))), StringComparison.Ordinal);
        Assert.Equal((false, 1), (processor.IsHolding, Partition.NextOf(processor)));
    }

    [Fact]
    public void AttributeNamedLabel_LeavesTheClassAnotherName()
    {
        using LearnerProcessor processor = Create(inferFrom: 1);
        Partition.Run(processor, Partition.Records("""{"features":{"label":1,"":2},"label":"UP"}"""));
        Assert.Equal(("_label", 1), (processor.Schema!.Class.Name, processor.Schema.AttributeCount));
    }

    [Fact]
    public void ArraysOfMostlyOneLength_MakeTheOthersDeadLetters()
    {
        using LearnerProcessor processor = Create(inferFrom: 3);
        List<string> found = Partition.Run(processor, Partition.Records("""{"features":[1],"label":"UP"}""", """{"features":[1,2],"label":"UP"}""", """{"features":[1,3],"label":"UP"}"""));
        Assert.Contains("wrong-length", found[1], StringComparison.Ordinal);
        Assert.Equal(2, processor.Figures.Learned);
    }

    private static LearnerProcessor Create(int inferFrom, TimeSpan? wait = null)
        => Partition.Create(null, Partition.Setup(schema: new SchemaOptions { InferFrom = inferFrom, InferWait = wait ?? TimeSpan.FromHours(1) }));
}
