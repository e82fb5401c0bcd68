using System.Net;
using System.Net.Sockets;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Tests.Common.Telemetry;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Telemetry;
using StreamMoe.Worker.Tests.Pipeline;

namespace StreamMoe.Worker.Tests.Telemetry;

/// <summary>Collectors that take what they are sent, and those that do not.</summary>
[Collection(SpanListeners.Name)]
public sealed class OtlpExportTests : IDisposable
{
    private static readonly MetricInstrument[] s_table = [new("m", InstrumentKind.Gauge, "Is.", [], () => [new([], 1)])];

    private readonly OtlpCollector _collector = new();
    private readonly NotedLines _log = new();
    private readonly ManualTime _time = new();

    [Fact]
    public void Start_WithoutAnEndpoint_IsNothing() => Assert.Null(OtlpExport.Start(new TelemetryOptions(), s_table, "me", _time, _log));

    [Fact]
    public void Start_SendsMetricsAtOnce_WithTheHeadersFromTheFile_AndTheSpansThatAreLeftAtTheEnd()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("headers"), "Authorization=Bearer hush\nx-tenant = a=b\n");
        using (OtlpExport? export = Start(new TelemetryOptions { OtlpEndpoint = _collector.Address + "/base/", OtlpHeadersFile = folder.File("headers"), OtlpInterval = TimeSpan.FromHours(1), Sample = 1 }))
        {
            WorkerBench.Await(() => _collector.To("/base/v1/metrics").Count > 0, "metrics");
            BatchOf(17);
        }
        Assert.NotEmpty(_collector.To("/base/v1/traces"));
        Assert.Single(_collector.To("/base/v1/metrics")); // what was sent is not sent again
        Assert.All(_collector.To("/base/v1/metrics").Concat(_collector.To("/base/v1/traces")), r =>
        {
            Assert.Contains("\r\nAuthorization: Bearer hush\r\n", r.Head, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("\r\nx-tenant: a=b\r\n", r.Head, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("\r\nContent-Type: application/x-protobuf\r\n", r.Head, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Empty(_log.All);
    }

    [Theory]
    [InlineData("503 Service Unavailable", "it answered 503 Service Unavailable.")]
    [InlineData("401 Unauthorized", "it answered 401 Unauthorized.")]
    [InlineData("302 Found", "it answered 302 Found.")]
    public void Refused_IsToldOnceInTenMinutes_AndWhenItIsTakenAgain(string answer, string reason)
    {
        _collector.Answer = answer;
        CollectorWatch watch = new(_collector.Address, [], _time, _log);
        using HttpClient client = watch.Connect();
        for (int i = 0; i < 3; i++) Send(client);
        Assert.Equal((150, $"Telemetry was not taken by {_collector.Address}, 1 times by now: {reason} It is lost, the worker goes on, and the next is sent when it is due. Told at most every 10 minutes."), Assert.Single(_log.All));
        _time.Advance(TimeSpan.FromMinutes(11));
        Send(client);
        Assert.Contains(", 4 times by now: ", _log.All.Last().Text, StringComparison.Ordinal);
        _collector.Answer = "200 OK";
        Send(client);
        Send(client);
        Assert.Equal((151, $"Telemetry is taken by {_collector.Address} again, after 4 failures."), _log.All.Last());
        Assert.Equal(3, _log.All.Count);
        Assert.Empty(_collector.To("/elsewhere"));
    }

    [Fact]
    public void Unreachable_IsToldOnce_AndNothingStops()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string address = $"http://{taken.LocalEndpoint}";
        taken.Stop();
        using OtlpExport? export = Start(new TelemetryOptions { OtlpEndpoint = address, OtlpInterval = TimeSpan.FromSeconds(1) });
        WorkerBench.Await(() => !_log.All.IsEmpty, "the message");
        (int id, string text) = Assert.Single(_log.All);
        Assert.Equal(150, id);
        Assert.Contains("refused", text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The collector answers nothing at all during the whole test, so nothing here can have waited for it to.</summary>
    [Fact]
    public async Task Hanging_LearnerGoesOn_AndTheEndDoesNotWaitForIt()
    {
        _collector.Hangs = true;
        OtlpExport export = Start(new TelemetryOptions { OtlpEndpoint = _collector.Address, OtlpInterval = TimeSpan.FromSeconds(1), Sample = 1 })!;
        WorkerBench.Await(() => _collector.To("/v1/metrics").Count > 0, "the request that is never answered");
        using WorkerBench bench = new(pipeline: new PipelineOptions { Capacity = 8, Queue = 32 });
        bench.Deliver(5000);
        bench.Source.Do(_ => bench.AwaitRecords(5000));
        bench.Start();
        await bench.EndAsync();
        Assert.Equal(5000, bench.Outputs.CommittedOf(Partition.Source));
        export.Dispose();
    }

    /// <summary>Outputs and state of a run are the same whether everything is sampled, nothing is, or nobody answers.</summary>
    [Fact]
    public async Task Outputs_DoNotDependOnTelemetry()
    {
        List<string> runs = [];
        foreach (double? share in (double?[])[null, 0, 1])
        {
            using OtlpExport? export = share is { } given ? Start(new TelemetryOptions { OtlpEndpoint = _collector.Address, Sample = given }) : null;
            using WorkerBench bench = new(pipeline: new PipelineOptions { Capacity = 8, Queue = 32 });
            bench.Deliver(3000);
            bench.Source.Do(_ => bench.AwaitRecords(3000));
            bench.Start();
            await bench.EndAsync();
            runs.Add(string.Join('\n', bench.Outputs.LinesOf(Partition.Source).Select(l => $"{l}")));
        }
        Assert.True(runs[0].Length > 100_000);
        Assert.Single(runs.Distinct());
    }

    public void Dispose() => _collector.Dispose();

    private OtlpExport? Start(TelemetryOptions options) => OtlpExport.Start(options, s_table, "me", _time, _log);

    private static void BatchOf(int offset) => Worker.Pipeline.BatchActivity.Stop(Worker.Pipeline.BatchActivity.Start(new LearnerId("t", 0), [Partition.Record(offset, null)]));

    private void Send(HttpClient client)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _collector.Address + "/v1/metrics") { Content = new ByteArrayContent([]) };
        using HttpResponseMessage answer = client.Send(request);
    }
}
