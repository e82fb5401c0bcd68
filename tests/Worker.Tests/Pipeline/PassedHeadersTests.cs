using System.Text;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Tests.Kafka;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Headers of events on predictions and dead letters.</summary>
public sealed class PassedHeadersTests
{
    private static readonly RecordHeader[] s_headers =
    [
        Partition.Header("b", "1"), new("a", [0, 255, 10]), Partition.Header("other", "x"), Partition.Header("B", "case"), new("a", null), new("b", []), Partition.Header("streammoe-source", "forged-0@1"),
    ];

    [Fact]
    public void Prediction_HasTheNamedHeadersVerbatim_InTheirOrderWithRepeats()
    {
        using LearnerProcessor processor = Create(" a , b ");
        string found = Partition.Run(processor, [Record("""{"id":"e","features":[1,2,"v"],"label":"UP"}""")]).Single();
        Assert.EndsWith("} | b=1 | a=\0\u00FF\n | a=null | b=", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("absent")]
    public void Prediction_WithNothingToPass_HasNoHeaders(string names)
    {
        using LearnerProcessor processor = Create(names);
        OutputBatch outputs = new();
        processor.Process([Record("""{"features":[1,2,"v"],"label":"UP"}""")], outputs);
        Assert.Null(outputs.HeadersOf(0));
    }

    [Fact]
    public void HeldForInference_PredictionsHaveTheirOwnHeadersAllTheSame()
    {
        using LearnerProcessor processor = Partition.Create(null, Partition.Setup(schema: new SchemaOptions { InferFrom = 2 }) with { Events = new EventOptions { PassHeaders = "n" } });
        List<string> found = Partition.Run(processor, [.. Enumerable.Range(0, 3).Select(i => Partition.Record(i, """{"features":{"a":1},"label":"UP"}"""u8.ToArray()) with { Headers = [Partition.Header("n", $"{i}")] })]);
        Assert.Equal(["Audit", "Prediction", "Prediction", "Prediction"], found.Select(f => f.Split(' ')[0]));
        Assert.DoesNotContain(" | n=", found[0], StringComparison.Ordinal);
        Assert.Equal(["0", "1", "2"], found[1..].Select(f => f[^1..]));
    }

    [Fact]
    public void TraceParent_ChangesNothingThatIsPutOutOrKnown()
    {
        SourceRecord[] records = [.. Partition.Records("""{"features":[1,2,"v"],"label":"UP"}""", "no event", """{"id":"l","features":[1,2,"w"]}""", """{"id":"l","label":"UP"}""")];
        using LearnerProcessor without = Create("traceparent"), with = Create("traceparent");
        Assert.Equal(Partition.Run(without, records), Partition.Run(with, [.. records.Select(r => r with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8.ToArray() })]));
        Assert.Equal(Partition.StateOf(without), Partition.StateOf(with));
    }

    [Fact]
    public void DeadLetter_KeepsTheRecordsHeadersAfterItsOwn_ButNoneThatPretendsToBeTheWorkers()
    {
        using LearnerProcessor processor = Create("");
        OutputBatch outputs = new();
        processor.Process([Record("no event")], outputs);
        Assert.Equal(["streammoe-reason", "streammoe-error", "streammoe-source", "b", "a", "other", "B", "a", "b"], outputs.HeadersOf(0)!.Select(h => h.Name));
        DeadLetter letter = LetterOf(outputs.HeadersOf(0)!, outputs.ValueOf(0).ToArray());
        Assert.Equal(("events-0@0", null), (letter.SourceText, letter.Obstacle));
        Assert.Equal(s_headers[..^1], letter.Headers!);
    }

    [Fact]
    public void DeadLetter_WithoutRoom_LosesHeadersBeforeValueAndKey_AndIsNotSentBack()
    {
        OutputBatch outputs = new();
        SourceRecord record = Partition.Record(0, "no event"u8.ToArray(), "a key"u8.ToArray()) with { Headers = [Partition.Header("h", new string('x', 2000)), Partition.Header("i", "")] };
        DeadLetterWriter.Write(outputs, record, DeadLetterReason.NotJson, "why", 900_000);
        OutputFit fit = KafkaBench.Fit();
        fit.Limits.Lower("dead-letters", 600);

        OutputRecord written = fit.At(outputs, 0);

        DeadLetter letter = LetterOf(written.Headers!, written.Value);
        Assert.InRange(written.Size, 0, 600);
        Assert.Equal(("no event", "a key", "headers 2 2002"), (Encoding.UTF8.GetString(written.Value!), Encoding.UTF8.GetString(written.Key!), letter.Truncated));
        Assert.StartsWith("only its key and value, not its headers, were kept", letter.Obstacle, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 1, true)]
    [InlineData(65, 1, false)]
    [InlineData(1, 65_535, true)]
    [InlineData(1, 65_536, false)]
    public void Prediction_WithMoreHeadersThanMayBePassed_BecomesADeadLetterThatSaysSo(int count, int bytes, bool passes)
    {
        OutputBatch outputs = new();
        RecordHeader[] headers = [.. Enumerable.Repeat(new RecordHeader("h", new byte[bytes]), count)];
        outputs.Add(OutputKind.Prediction, null, Partition.Record(17, "{}"u8.ToArray()) with { Headers = headers }, headers);
        OutputFit fit = KafkaBench.Fit();
        OutputRecord written = fit.At(outputs, 0);
        Assert.Equal(passes ? OutputKind.Prediction : OutputKind.DeadLetter, written.Kind);
        Assert.Equal(passes ? 0 : 1, fit.CountRefused(outputs));
        if (passes) return;
        DeadLetter letter = LetterOf(written.Headers!, written.Value);
        Assert.Equal("prediction-too-large", letter.Reason);
        Assert.Contains("would be passed to its prediction (events:passHeaders); at most", letter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Prediction_WhoseHeadersMakeItTooLargeForItsTopic_BecomesADeadLetter()
    {
        OutputBatch outputs = new();
        RecordHeader[] headers = [Partition.Header("h", new string('x', 500))];
        outputs.Add(OutputKind.Prediction, null, Partition.Record(17, "{}"u8.ToArray()), headers);
        OutputFit fit = KafkaBench.Fit();
        fit.Limits.Lower("predictions", 500);
        Assert.Equal(OutputKind.DeadLetter, fit.At(outputs, 0).Kind);
        Assert.Equal(1, fit.CountRefused(outputs));
    }

    [Fact]
    public void ByteCounts_CountHeaders()
    {
        Assert.Equal(3 + 2 + 4 + 1, (Partition.Record(0, [1, 2, 3], [1, 2]) with { Headers = [new("name", [1])] }).ByteCount);
        OutputBatch outputs = new();
        outputs.Add(OutputKind.Prediction, null, Partition.Record(0, [1]) with { Headers = [new("n", new byte[1000])] });
        Assert.Equal(1002, outputs.ByteCount);
    }

    [Fact]
    public void PassHeaders_IsNoLearningOption_SoThatItMayChangeUnderACheckpoint()
    {
        LearningSetup setup = Partition.Setup() with { Events = new EventOptions { PassHeaders = "a" }, SetKeys = new HashSet<string> { "events:passHeaders" } };
        Assert.DoesNotContain("events:passHeaders", CheckpointFit.HeaderOf(setup, Partition.Learner).LearningOptions.Keys);
        Assert.Equal("a", (setup with { SetKeys = new HashSet<string>() }).GoingOnFrom(CheckpointFit.HeaderOf(Partition.Setup(), Partition.Learner)).Events.PassHeaders);
    }

    [Theory]
    [InlineData("a,b,a", "passHeaders has 'a' twice; name each header once.")]
    [InlineData("many", "passHeaders names 65 headers; at most 64 are passed.")]
    [InlineData("long", "passHeaders has a name of 256 bytes, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'; a name has at most 255.")]
    public void PassHeaders_BeyondItsCaps_IsRefusedWithTheReason(string given, string fault)
    {
        string names = given switch { "many" => string.Join(',', Enumerable.Range(0, 65)), "long" => new string('x', 256), _ => given };
        Assert.Equal([fault], new EventOptions { PassHeaders = names }.Faults());
    }

    private static LearnerProcessor Create(string names)
        => Partition.Create(Partition.Declared(["UP"]), Partition.Setup() with { Events = new EventOptions { PassHeaders = names } });

    private static SourceRecord Record(string value) => Partition.Record(0, Encoding.UTF8.GetBytes(value)) with { Headers = s_headers };

    private static DeadLetter LetterOf(IReadOnlyList<RecordHeader> headers, byte[]? value) => DeadLetter.Of(new KafkaRecord("dead-letters", 0, 0, 0, null, value, headers));
}
