using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>What a partition puts out: the bytes of the formats, and the same learning as a replay.</summary>
public sealed class OutputTests
{
    [Fact]
    public void Prediction_IsWrittenAsDocumented()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP", "DÖWN \"x\""]), Partition.Setup("no-change"));
        List<string> found = Partition.Run(processor,
        [
            Partition.Record(1187, """{"id":"e-17","time":"2026-11-21T21:00:00.250+01:00","features":[1,2,"v"]}"""u8.ToArray(), "k"u8.ToArray()),
            Partition.Record(1188, """{"id":18,"features":{},"label":"UP"}"""u8.ToArray()),
            Partition.Record(1190, """{"features":[1,2,"v"]}"""u8.ToArray(), timestamp: -1),
        ]);

        string classes = Latin("\"probabilities\":{\"UP\":0.5,\"DÖWN \\\"x\\\"\":0.5}");
        Assert.Equal("Prediction | k | {\"id\":\"e-17\",\"time\":\"2026-11-21T20:00:00.25Z\",\"prediction\":\"UP\"," + classes
            + ",\"expert\":0,\"gate\":1,\"source\":{\"topic\":\"events\",\"partition\":0,\"offset\":1187},\"learned\":0}", found[0]);
        Assert.Equal("Prediction | 18 | {\"id\":\"18\",\"time\":\"2025-11-21T20:19:48Z\",\"prediction\":\"UP\"," + classes
            + ",\"expert\":0,\"gate\":1,\"source\":{\"topic\":\"events\",\"partition\":0,\"offset\":1188},\"learned\":0}", found[1]);
        Assert.Equal("Prediction | - | {\"id\":\"events-0@1190\",\"time\":\"1970-01-01T00:00:00Z\",\"prediction\":\"UP\","
            + Latin("\"probabilities\":{\"UP\":1,\"DÖWN \\\"x\\\"\":0}")
            + ",\"expert\":0,\"gate\":1,\"source\":{\"topic\":\"events\",\"partition\":0,\"offset\":1190},\"learned\":1}", found[2]);
    }

    [Fact]
    public void FirstEventOfAnUnknownClass_IsPredictedWithoutIt()
    {
        List<string> found = Partition.Run(Partition.Declared(), """{"features":[1,2,"v"],"label":"UP"}""", """{"features":[1,2,"v"],"label":"DOWN"}""", """{"features":[1,2,"v"]}""");

        Assert.Contains("\"prediction\":null,\"probabilities\":{},", found[0], StringComparison.Ordinal);
        Assert.Contains("\"prediction\":\"UP\",\"probabilities\":{\"UP\":1},", found[1], StringComparison.Ordinal);
        Assert.Contains("\"probabilities\":{\"UP\":", found[2], StringComparison.Ordinal);
        Assert.Contains(",\"DOWN\":", found[2], StringComparison.Ordinal);
        Assert.Contains("\"learned\":2", found[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_OfManyClasses_AreTheLargestHundredInClassOrder()
    {
        float[] shares = [.. Enumerable.Range(0, 250).Select(c => (c % 50) / 6125f)];
        OutputBatch outputs = new();
        PredictionWriter writer = new(new JsonOutput(), new PassedHeaders(new EventOptions()));
        for (int c = 0; c < 250; c++) writer.AddClass($"c{c}");
        writer.Write(outputs, null, "e"u8, 0, Partition.Record(0, null), 49, shares, 0, 1, 0);

        string[] expected = [.. Enumerable.Range(0, 250).OrderByDescending(c => shares[c]).ThenBy(c => c).Take(100).Order().Select(c => $"c{c}")];
        using JsonDocument json = JsonDocument.Parse(outputs.ValueOf(0).ToArray());
        Assert.Equal(expected, json.RootElement.GetProperty("probabilities").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void IgnoredFeatures_AreCounted()
    {
        using LearnerProcessor processor = Partition.Create(Partition.Declared(["UP"]));
        Partition.Run(processor, Partition.Records("""{"features":{"a":1,"x":{"y":[1]},"b":2,"z":null}}"""));
        Assert.Equal(2, processor.Figures.IgnoredFeatures);
    }

    [Theory]
    [InlineData("led-abrupt")]
    [InlineData("hyperplane-fast")]
    public void SteadyEvents_AllocateNothing(string stream)
    {
        InstanceStream drawn = StreamCatalogue.Open(stream);
        SourceRecord[] records = LabelledEvents.Draw(drawn, 6000);
        using LearnerProcessor processor = Partition.Create(drawn.Schema, Partition.Setup("no-change"), capacity: 200);
        OutputBatch outputs = new();
        int from = 0;
        void Work()
        {
            processor.Process(records.AsSpan(from, 1000), outputs);
            outputs.Clear();
            from += 1000;
        }
        Work();

        Assert.Equal(0, Allocation.Of(Work));
    }

    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
