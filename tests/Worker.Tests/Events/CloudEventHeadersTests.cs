using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Events;

/// <summary>CloudEvents in Kafka's binding: what headers decide, and what binary mode takes from them.</summary>
public sealed class CloudEventHeadersTests
{
    private const string Data = """{"amount":3,"label":"UP"}""";

    [Fact]
    public void Binary_HeadersAreIdAndTime_TheValueIsTheData_AndALateLabelIsOneToo()
    {
        using LearnerProcessor processor = Create(EventFormat.Cloudevents);
        List<string> found = Partition.Run(processor,
        [
            Binary(0, Data, "e-1", "2025-11-30T17:20:00Z"),
            Binary(1, """{"features":{"amount":4}}""", "e-2"),
            Binary(2, """{"label":"DOWN"}""", "e-2"),
            Binary(3, """{"id":"own","time":"2025-11-30T18:00:00Z","amount":5}""", "e-3", "2025-11-30T17:20:00Z"),
        ]);
        Assert.Equal(["Audit", "Prediction", "Prediction", "Prediction"], found.Select(f => f.Split(' ')[0]));
        Assert.StartsWith("Prediction | e-1 | {\"id\":\"e-1\",\"time\":\"2025-11-30T17:20:00Z\"", found[1], StringComparison.Ordinal);
        Assert.StartsWith("Prediction | e-2 | {\"id\":\"e-2\",", found[2], StringComparison.Ordinal);
        Assert.StartsWith("Prediction | own | {\"id\":\"own\",\"time\":\"2025-11-30T18:00:00Z\"", found[3], StringComparison.Ordinal);
        Assert.Equal("amount", Assert.Single(processor.Schema!.Attributes).Name);
        Assert.Equal((2, 1), (processor.Figures.Learned, processor.Figures.Joined));
    }

    [Theory]
    [InlineData(nameof(EventFormat.Cloudevents))]
    [InlineData(nameof(EventFormat.Auto))]
    public void ContentType_DecidesTheMode_WhateverTheValueLooksLike(string format)
    {
        using LearnerProcessor processor = Create(Enum.Parse<EventFormat>(format));
        // Data in binary mode that have a key of the envelope's name: an attribute, not an envelope.
        List<string> found = Partition.Run(processor,
        [
            Binary(0, """{"specversion":7,"type":2,"label":"UP"}""", "e-1", contentType: "application/json; charset=utf-8"),
            Record(1, """{"specversion":"1.0","id":"e-2","type":"t","source":"/","data":{"specversion":8,"type":3}}""", Partition.Header("content-type", "Application/CloudEvents+JSON; charset=UTF-8")),
            Record(2, """{"specversion":1}""", Partition.Header("content-type", "application/cloudevents"), Partition.Header("ce_specversion", "1.0")),
        ]);
        Assert.Equal(["specversion", "type"], processor.Schema!.Attributes.Select(a => a.Name));
        Assert.StartsWith("Prediction | e-1 |", found[1], StringComparison.Ordinal);
        Assert.StartsWith("Prediction | e-2 |", found[2], StringComparison.Ordinal);
        Assert.StartsWith("DeadLetter |", found[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_HeadersTell_DecidesOnceAndForTheStateToo()
    {
        using LearnerProcessor processor = Create(EventFormat.Auto);
        Partition.Run(processor, [Binary(0, Data, "e-1")]);
        using LearnerProcessor restored = Partition.Load(Partition.Save(processor), null, Setup(EventFormat.Auto));
        foreach (LearnerProcessor one in (LearnerProcessor[])[processor, restored])
            Assert.StartsWith("Prediction | e-9 |", Partition.Run(one, [Binary(1, """{"amount":1}""", "e-9")]).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_HeadersOfCloudEvents_MeanNothing()
    {
        using LearnerProcessor processor = Create(EventFormat.Json);
        Assert.StartsWith("Prediction | - |", Partition.Run(processor, [Binary(0, """{"features":{"amount":3},"label":"UP"}""", "e-1")])[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ce_specversion=0.3", "not-an-envelope", "the header ce_specversion is '0.3'; CloudEvents 1.0 is read.")]
    [InlineData("ce_specversion=1.0|content-type=application/avro", "not-an-envelope", "the header content-type of the CloudEvent's data is 'application/avro'; application/json is read.")]
    [InlineData("content-type=application/cloudevents+avro", "not-an-envelope", "of CloudEvents in structured mode application/cloudevents+json is read.")]
    [InlineData("content-type=application/cloudevents-batch+json", "not-an-envelope", "of CloudEvents in structured mode application/cloudevents+json is read.")]
    [InlineData("content-type=application/cloudevents+json", "not-an-envelope", "there is no \"specversion\" in it.")]
    [InlineData("ce_specversion=1.0|ce_id=a|ce_id=b", "duplicate-key", "the header ce_id is there twice")]
    [InlineData("ce_specversion=1.0|ce_id=\u00FF", "not-utf8", "the header ce_id is not valid UTF-8.")]
    [InlineData("ce_specversion=1.0|ce_time=yesterday", "bad-time", "\"time\" is 'yesterday'")]
    [InlineData("ce_specversion=1.0|ce_id=", "bad-id", "\"id\"")]
    public void Headers_ThatCannotBeRead_MakeADeadLetterThatSaysWhy(string headers, string reason, string why)
    {
        foreach (EventFormat format in (EventFormat[])[EventFormat.Cloudevents, EventFormat.Auto])
        {
            using LearnerProcessor processor = Create(format);
            string found = Partition.Run(processor, [Record(0, Data, [.. headers.Split('|').Select(h => new RecordHeader(h.Split('=')[0], Encoding.Latin1.GetBytes(h.Split('=')[1])))])]).Single();
            Assert.StartsWith("DeadLetter", found, StringComparison.Ordinal);
            Assert.Contains($"streammoe-reason={reason} ", found, StringComparison.Ordinal);
            Assert.Contains(why, found, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("[1]", "not-an-object")]
    [InlineData("no JSON", "not-json")]
    public void Binary_DataThatAreNoObject_AreADeadLetter(string data, string reason)
    {
        using LearnerProcessor processor = Create(EventFormat.Cloudevents);
        Assert.Contains($"streammoe-reason={reason} ", Partition.Run(processor, [Binary(0, data, "e-1")]).Single(), StringComparison.Ordinal);
    }

    private static LearnerProcessor Create(EventFormat format) => Partition.Create(null, Setup(format));

    private static LearningSetup Setup(EventFormat format) => Partition.Setup(schema: new SchemaOptions { InferFrom = 1 }) with { Events = new EventOptions { Format = format } };

    private static SourceRecord Binary(long offset, string data, string id, string? time = null, string? contentType = null) => Record(offset, data,
    [
        Partition.Header("ce_specversion", "1.0"), Partition.Header("ce_type", "order.placed"), Partition.Header("ce_source", "/shop"), Partition.Header("ce_id", id),
        .. (time is null ? Array.Empty<RecordHeader>() : [Partition.Header("ce_time", time)]), .. (contentType is null ? Array.Empty<RecordHeader>() : [Partition.Header("content-type", contentType)]),
    ]);

    private static SourceRecord Record(long offset, string value, params RecordHeader[] headers) => Partition.Record(offset, Encoding.UTF8.GetBytes(value)) with { Headers = headers };
}
