using System.Diagnostics;
using System.Text;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Tests.Common.Telemetry;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Telemetry;

namespace StreamMoe.Worker.Tests.Telemetry;

/// <summary>The spans that go out: how many, and what they link to.</summary>
[Collection(SpanListeners.Name)]
public sealed class OtlpSpansTests : IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private readonly OtlpCollector _collector = new();
    private readonly LearnerId _learner = new("topic of " + nameof(OtlpSpansTests), 2);

    [Theory]
    [InlineData($"00-{Trace}-b7ad6b7169203331-01", true)]
    [InlineData($"00-{Trace}-b7ad6b7169203331-00", true)]
    [InlineData("", false)]
    [InlineData("00", false)]
    [InlineData($"00-{Trace}-b7ad6b7169203331", false)]
    [InlineData($"ff-{Trace}-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData($"00-{Trace}-0000000000000000-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData($"00-{Trace}-b7ad6b7169203331-01 ", false)]
    [InlineData($"00-{Trace}-b7ad6b716920333g-01", false)]
    [InlineData("00-größe7651916cd43dd8448eb211c8031-b7ad6b7169203331-01", false)]
    [InlineData("long", false)]
    public void Batch_LinksToTheTraceOfItsRecord_WhenTheHeaderIsValid(string header, bool links)
    {
        if (header == "long") header = new string('0', 100_000);
        using OtlpSpans spans = Make(1);
        Run([Partition.Record(0, null) with { TraceParent = Encoding.UTF8.GetBytes(header) }, Partition.Record(1, null)]);
        Assert.True(spans.Flush(TimeSpan.FromMinutes(1)));
        Assert.Equal(links ? [$"{Trace}-b7ad6b7169203331"] : [], Assert.Single(Sent()).Links);
    }

    [Fact]
    public void Batch_OfManyTraces_LinksToTheFirst128_AndHasNoParent()
    {
        using OtlpSpans spans = Make(1);
        using Activity ambient = new Activity("of a host").SetIdFormat(ActivityIdFormat.W3C).Start();
        Run([.. Enumerable.Range(0, 200).Select(i => Partition.Record(i, null) with { TraceParent = Encoding.ASCII.GetBytes($"00-{Trace}-{i + 1:x16}-01") })]);
        Assert.True(spans.Flush(TimeSpan.FromMinutes(1)));
        OtlpSpan span = Assert.Single(Sent());
        Assert.Equal(Enumerable.Range(0, 128).Select(i => $"{Trace}-{i + 1:x16}"), span.Links);
        Assert.Equal(("batch", "", "200", "2"), (span.Name, span.Parent, span.Attributes["streammoe.rows"], span.Attributes["streammoe.learner"]));
    }

    [Theory]
    [InlineData(0.0, 0, 0)]
    [InlineData(0.05, 60, 145)]
    [InlineData(1.0, 2000, 2000)]
    public void Share_OfBatches_IsSent_WhateverOthersListenTo(double share, int least, int most)
    {
        using OtlpSpans spans = Make(share);
        using ActivityListener greedy = new()
        {
            ShouldListenTo = static source => source.Name == BatchActivity.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(greedy);
        for (int i = 0; i < 2000; i++)
        {
            Run([Partition.Record(i, null)]);
            if (i % 200 == 199) Assert.True(spans.Flush(TimeSpan.FromMinutes(1)));
        }
        Assert.InRange(Sent().Count, least, most); // 0.05: 100 expected, and a standard deviation of 9.7
    }

    [Fact]
    public void Sampler_GivesTheSameAnswerForATrace_AndTakesMoreWithAGreaterShare()
    {
        BatchSampler few = new(0.01), many = new(0.5);
        int took = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ActivityTraceId trace = ActivityTraceId.CreateRandom();
            Assert.Equal(few.Takes(trace), few.Takes(trace));
            if (few.Takes(trace)) Assert.True(many.Takes(trace));
            if (few.Takes(trace)) took++;
        }
        Assert.InRange(took, 130, 270); // 200, and a standard deviation of 14
    }

    public void Dispose() => _collector.Dispose();

    private OtlpSpans Make(double share) => new(share, new OtlpExporterOptions { Protocol = OtlpExportProtocol.HttpProtobuf, Endpoint = new Uri(_collector.Address + "/v1/traces") }, ResourceBuilder.CreateEmpty());

    private void Run(SourceRecord[] records) => BatchActivity.Stop(BatchActivity.Start(_learner, records));

    // Other tests run learners meanwhile.
    private List<OtlpSpan> Sent() => [.. _collector.Spans.Where(s => s.Attributes.GetValueOrDefault("streammoe.topic") == _learner.Topic)];
}
