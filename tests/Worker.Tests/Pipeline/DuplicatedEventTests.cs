using StreamMoe.DriftMoe.Presets;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>What becomes of events that come more than once, and of events before any class is known (docs/limits.md).</summary>
public sealed class DuplicatedEventTests
{
    private const string Labelled = """{"id":"e","features":[1,1,"v"],"label":"UP"}""", Unlabelled = """{"id":"e","features":[1,1,"v"]}""", Label = """{"id":"e","label":"UP"}""";

    [Fact]
    public void LabelledEvent_ManyTimes_IsPredictedAndLearnedEachTime()
    {
        PartitionFigures figures = Run([.. Enumerable.Repeat(Labelled, 300)]);

        Assert.Equal((300, 300, 0, 0), (figures.Predictions, figures.Learned, figures.Duplicates, figures.Waiting));
    }

    [Fact]
    public void UnlabelledEvent_ManyTimes_IsPredictedEachTime_AndWaitsOnce()
    {
        PartitionFigures figures = Run([.. Enumerable.Repeat(Unlabelled, 300), Label]);

        Assert.Equal((300, 299, 1, 0), (figures.Predictions, figures.Duplicates, figures.Learned, figures.Waiting));
    }

    [Fact]
    public void LateLabel_ManyTimes_IsLearnedOnce_AndOneWaitsForAnEvent()
    {
        PartitionFigures figures = Run([Unlabelled, .. Enumerable.Repeat(Label, 300)]);

        Assert.Equal((1, 1, 1, 298, 1), (figures.Predictions, figures.Learned, figures.Joined, figures.Duplicates, figures.Waiting));
    }

    /// <summary>Models lay out what they see by the classes known when they are made: here none, then one, then more.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Events_BeforeAnyClassIsKnown_ArePredictedWithoutAClass(string model)
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(), Partition.Setup(model));
        List<string> found = Partition.Run(processor, Partition.Records(Event(1), Event(2), Event(3, "UP"), Event(4), Event(5, "UP"), Event(6, "DOWN"), Event(7), Event(8, "THIRD"), Event(9)), 1, 2, 3, 4, 5, 6, 7, 8);

        Assert.Equal(9, found.Count(l => l.StartsWith("Prediction", StringComparison.Ordinal)));
        Assert.Contains("\"prediction\":null", found[0], StringComparison.Ordinal);
        Assert.Contains("\"prediction\":\"UP\"", found[3], StringComparison.Ordinal);
        Assert.Equal((4, 0), (processor.Figures.Learned, processor.Figures.DeadLetters.Sum()));
        Assert.Equal(["UP", "DOWN", "THIRD"], processor.Schema!.Class.Domain!.Values);
    }

    public static IEnumerable<object[]> Models => PresetCatalogue.Names.Select(n => new object[] { n });

    private static string Event(int n, string? label = null)
        => $$"""{"id":"{{n}}","features":[{{n}},1,"v"]{{(label is null ? "" : $",\"label\":\"{label}\"")}}}""";

    private static PartitionFigures Run(params string[] values)
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DOWN"]));
        Partition.Run(processor, Partition.Records(values));
        return processor.Figures;
    }
}
