using System.Text.Json;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>The rules by which events and labels find each other.</summary>
public sealed class LateLabelTests
{
    private const string Teach = """{"features":[1,1,"v"],"label":"UP"}""", Event = """{"id":"e","features":[1,1,"v"]}""";

    [Fact]
    public void LabelAfterItsEvent_ScoresTheKeptPredictionOnceAndLearns()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["DOWN", "UP"]), Partition.Setup("no-change"));
        // The kept prediction is UP, though DOWN was learned before the label came: the label is right about UP.
        List<string> found = Partition.Run(processor, Partition.Records(Teach, Event, """{"features":[1,1,"v"],"label":"DOWN"}""",
            """{"id":"e","label":"UP"}""", """{"features":[1,1,"v"]}"""));

        Assert.Equal(["DOWN", "UP", "UP", "UP"], found.Select(PredictionOf));
        PartitionFigures f = processor.Figures;
        Assert.Equal((3, 1, 3, 1), (f.Learned, f.Joined, f.Scored, f.Waiting));
        Assert.Equal(1.0 / 3, f.Accuracy);
    }

    [Fact]
    public void LabelBeforeItsEvent_Waits_AndTheEventIsALabelledOne()
    {
        using LearnerProcessor joined = Create(), labelled = Partition.Create(Partition.Declared(["UP"]), from: 1);

        List<string> found = Partition.Run(joined, Partition.Records("""{"id":"e","label":"UP"}""", Event));
        List<string> expected = Partition.Run(labelled, [Partition.Record(1, """{"id":"e","features":[1,1,"v"],"label":"UP"}"""u8.ToArray())]);

        Assert.Equal(expected, found);
        Assert.Equal((1, 1, 1, 1, 0), (joined.Figures.Learned, joined.Figures.Joined, joined.Figures.Labelled, joined.Figures.Scored, joined.Figures.Waiting));
    }

    [Fact]
    public void SecondEventWithAWaitingId_IsPredictedAndCounted_AndTheFirstOneKeepsWaiting()
    {
        using LearnerProcessor processor = Create();
        List<string> found = Partition.Run(processor, Partition.Records(Event, Event, """{"id":"e","features":[1,1,"v"],"label":"UP"}""", """{"id":"e","label":"UP"}"""));

        Assert.Equal(3, found.Count);
        PartitionFigures f = processor.Figures;
        Assert.Equal((2, 1, 1, 1, 0), (f.Duplicates, f.Joined, f.Learned, f.Scored, f.Waiting));
    }

    [Fact]
    public void SecondWaitingLabel_IsCounted_AndTheFirstOneStays()
    {
        using LearnerProcessor processor = Create(["UP", "DOWN"]);
        Partition.Run(processor, Partition.Records("""{"id":"e","label":"DOWN"}""", """{"id":"e","label":"NEW"}""", Event));

        Assert.Equal((1, 1, 1), (processor.Figures.Duplicates, processor.Figures.Joined, processor.Figures.Learned));
        Assert.Equal(["UP", "DOWN"], processor.Schema!.Class.Domain!.Values);
    }

    [Fact]
    public void LabelledEventWhoseLabelWaits_KeepsItsOwnLabel()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"]), Partition.Setup("no-change"));
        List<string> found = Partition.Run(processor, Partition.Records("""{"id":"e","label":"DOWN"}""", """{"id":"e","features":[1,1,"v"],"label":"UP"}""", Event));

        Assert.Equal("UP", PredictionOf(found[1]));
        Assert.Equal((1, 0, 1), (processor.Figures.Duplicates, processor.Figures.Joined, processor.Figures.Learned));
        Assert.Equal(1, processor.Figures.Waiting);
    }

    [Fact]
    public void LabelOfAnEventThatCameWithItsLabel_WaitsAndBecomesAnOrphan()
    {
        using LearnerProcessor processor = Create(labels: new LabelOptions { MaxAge = TimeSpan.FromSeconds(10) });
        Partition.Run(processor, Partition.Records("""{"id":"e","features":[1,1,"v"],"label":"UP"}""", """{"id":"e","label":"UP"}"""));
        Assert.Equal((0, 1), (processor.Figures.Joined, processor.Figures.Waiting));

        Partition.Run(processor, [Partition.Record(20, """{"features":[1,1,"v"],"label":"UP"}"""u8.ToArray())]);

        Assert.Equal((1, 0, 0), (processor.Figures.Orphans, processor.Figures.Waiting, processor.Figures.Expired));
    }

    [Fact]
    public void EventWithoutId_IsJoinedByTopicPartitionAndOffset()
    {
        using LearnerProcessor processor = Create();
        Partition.Run(processor, Partition.Records("""{"features":[1,1,"v"]}""", """{"id":"events-0@0","label":"UP"}"""));
        Assert.Equal((1, 1), (processor.Figures.Joined, processor.Figures.Learned));
    }

    [Fact]
    public void OldestExpires_WhenThereAreTooMany()
    {
        using LearnerProcessor processor = Create(labels: new LabelOptions { MaxCount = 2 });
        Partition.Run(processor, Partition.Records("""{"id":"a","features":[1,1,"v"]}""", """{"id":"b","label":"UP"}""", """{"id":"c","features":[1,1,"v"]}""",
            """{"id":"a","label":"UP"}""", """{"id":"c","label":"UP"}"""));

        // c let a expire; the label of a let the label of b expire; c was joined.
        Assert.Equal((1, 1, 1, 1), (processor.Figures.Expired, processor.Figures.Orphans, processor.Figures.Joined, processor.Figures.Waiting));
    }

    [Fact]
    public void OldestExpires_WhenTheyAreTooLarge()
    {
        using LearnerProcessor processor = Create(labels: new LabelOptions { MaxBytes = 4096 });
        string[] events = [.. Enumerable.Range(0, 100).Select(i => $$"""{"id":"{{i:D8}}","features":[1,1,"v"]}""")];
        Partition.Run(processor, Partition.Records(events));

        long size = 64 + 8 + 3 * 8; // an entry, its id, its features
        Assert.Equal((4096 / size, 4096 / size * size, 100 - 4096 / size), (processor.Figures.Waiting, processor.Figures.WaitingBytes, processor.Figures.Expired));
    }

    [Fact]
    public void Age_IsCountedInEventTime_WhichRunsAheadOfTheTimestampsByTheSkewAtMost()
    {
        LabelOptions limits = new() { MaxAge = TimeSpan.FromSeconds(100), MaxSkew = TimeSpan.FromSeconds(30) };
        byte[] waiting = """{"id":"e","features":[1,1,"v"]}"""u8.ToArray(), far = """{"time":"2099-01-01T00:00:00Z","features":[1,1,"v"],"label":"UP"}"""u8.ToArray();
        using LearnerProcessor processor = Create(labels: limits);
        Partition.Run(processor, [Partition.Record(0, waiting, timestamp: Partition.Start)]);

        Partition.Run(processor, [Partition.Record(1, far, timestamp: Partition.Start + 70_000)]);
        Assert.Equal((0, 1), (processor.Figures.Expired, processor.Figures.Waiting));

        Partition.Run(processor, [Partition.Record(2, far, timestamp: Partition.Start + 70_001)]);
        Assert.Equal((1, 0), (processor.Figures.Expired, processor.Figures.Waiting));
    }

    [Fact]
    public void LabelOfANewClass_IsAClassForTheEventsBehindIt()
    {
        using LearnerProcessor processor = Create(["UP"]);
        List<string> found = Partition.Run(processor, Partition.Records(Event, """{"id":"e","label":"NEW"}""", """{"features":[1,1,"v"]}"""));

        Assert.Equal(["UP"], ClassesOf(found[0]));
        Assert.Equal(["UP", "NEW"], ClassesOf(found[1]));
        Assert.Equal("NEW", PredictionOf(found[1]));
    }

    private static LearnerProcessor Create(string[]? classes = null, LabelOptions? labels = null)
        => Partition.Create(Partition.Declared(classes ?? ["UP"]), Partition.Setup(labels: labels));

    private static JsonElement Json(string line) => JsonDocument.Parse(line.Split(" | ")[2]).RootElement;

    private static string? PredictionOf(string line) => Json(line).GetProperty("prediction").GetString();

    private static string[] ClassesOf(string line) => [.. Json(line).GetProperty("probabilities").EnumerateObject().Select(p => p.Name)];
}
