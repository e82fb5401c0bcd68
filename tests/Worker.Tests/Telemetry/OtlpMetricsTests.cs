using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using StreamMoe.Tests.Common.Telemetry;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Telemetry;
using StreamMoe.Worker.Tests.Metrics;

namespace StreamMoe.Worker.Tests.Telemetry;

/// <summary>What goes out by OTLP is what Prometheus scrapes, series by series.</summary>
public sealed class OtlpMetricsTests : IDisposable
{
    private readonly OtlpCollector _collector = new();
    private readonly List<OtlpMetrics> _made = [];

    [Fact]
    public void Export_OfAWorker_HasTheSeriesTypesHelpAndValuesOfAScrape_WithoutHistograms()
    {
        using MetricsBench bench = new();
        bench.Learn(1500, "no event", """{"id":"x1","features":[1,2,"v0"]}""", """{"id":"x1","label":"UP"}""");
        // Both writers get one reading of the table: CPU time and memory do not stand still.
        MetricInstrument[] table = [.. bench.Metrics.Instruments.Select(i => i.Read().ToArray() is var now ? i with { Read = () => now } : i)];

        Assert.True(Make(table).Export());

        AssertSame(Scrape(table), _collector.Metrics);
        Assert.True(_collector.Metrics.Count > 100);
        OtlpSeries events = _collector.Metrics.Single(s => s.Name == "streammoe_events_total");
        Assert.Equal(("counter", 1501), (events.Type, events.Value));
        Assert.Equal(("streammoe", "worker-1:9464"), (events.Resource["service.name"], events.Resource["service.instance.id"]));
    }

    [Fact]
    public async Task Export_AgainAndAgain_FollowsSeriesThatComeGoAndFall_AsAScrapeDoes()
    {
        Random random = new(7);
        Dictionary<int, double> counts = [], levels = [];
        MetricInstrument[] table =
        [
            new("c_total", InstrumentKind.Counter, "Counts.", ["learner"], () => [.. counts.Select(c => new MetricReading([$"{c.Key}"], c.Value))]),
            new("g", InstrumentKind.Gauge, "Is.", ["learner", "state"], () => [.. levels.Select(c => new MetricReading([$"{c.Key}", c.Key % 2 == 0 ? "even" : ""], c.Value))]),
            new("alone", InstrumentKind.Gauge, "Is alone.", [], () => [new MetricReading([], levels.Count)]),
        ];
        PrometheusWriter writer = new(table);
        OtlpMetrics metrics = Make(table);
        for (int round = 0; round < 60; round++)
        {
            foreach (Dictionary<int, double> series in (Dictionary<int, double>[])[counts, levels])
            {
                for (int i = 0; i < random.Next(6); i++) series[round * 10 + i] = random.Next(100);
                foreach (int gone in series.Keys.Where(_ => random.Next(8) == 0).ToArray()) series.Remove(gone);
                foreach (int moved in series.Keys.Where(_ => random.Next(2) == 0).ToArray()) series[moved] = random.Next(6) == 0 ? 1 : series[moved] + random.NextDouble();
            }
            Assert.True(metrics.Export());
            AssertSame(Exposition.Parse((await writer.ScrapeAsync(CancellationToken.None)).Span), _collector.Metrics);
        }
    }

    [Fact]
    public void Export_OfManySeries_LeavesNoneOut()
    {
        int count = 30;
        MetricInstrument[] table = [new("m", InstrumentKind.Gauge, "Is.", ["partition"], () => Enumerable.Range(0, count).Select(p => new MetricReading([$"{p}"], p)))];
        OtlpMetrics metrics = Make(table);
        foreach (int next in (int[])[30, 5000, 30_000, 3])
        {
            count = next;
            Assert.True(metrics.Export());
            Assert.Equal(Enumerable.Range(0, next).Select(p => (double)p), _collector.Metrics.Select(s => s.Value).Order());
        }
    }

    [Fact]
    public void Export_OfTwoWorkersInOneProcess_KeepsThemApart()
    {
        OtlpMetrics one = Make([new("m", InstrumentKind.Gauge, "Is.", [], () => [new([], 1)])]), other = Make([new("m", InstrumentKind.Gauge, "Is.", [], () => [new([], 2)])]);
        foreach ((OtlpMetrics metrics, double value) in ((OtlpMetrics, double)[])[(one, 1), (other, 2), (one, 1)])
        {
            Assert.True(metrics.Export());
            Assert.Equal(value, Assert.Single(_collector.Metrics).Value);
        }
    }

    [Fact]
    public void Instrument_ThatThrows_CostsItsExportAlone()
    {
        bool fails = true;
        OtlpMetrics metrics = Make([new("m", InstrumentKind.Gauge, "Is.", [], () => fails ? throw new InvalidOperationException("by design") : [new([], 7)])]);
        Assert.Throws<InvalidOperationException>(() => metrics.Export());
        fails = false;
        Assert.True(metrics.Export());
        Assert.Equal(7, Assert.Single(_collector.Metrics).Value);
    }

    public void Dispose()
    {
        foreach (OtlpMetrics metrics in _made) metrics.Dispose();
        _collector.Dispose();
    }

    private OtlpMetrics Make(IReadOnlyList<MetricInstrument> table)
    {
        OtlpMetrics metrics = new(table, new OtlpExporterOptions { Protocol = OtlpExportProtocol.HttpProtobuf, Endpoint = new Uri(_collector.Address + "/v1/metrics") },
            ResourceBuilder.CreateEmpty().AddService("streammoe", serviceInstanceId: "worker-1:9464"));
        _made.Add(metrics);
        return metrics;
    }

    private static Exposition Scrape(IReadOnlyList<MetricInstrument> table) => Exposition.Parse(new PrometheusWriter(table).ScrapeAsync(CancellationToken.None).Result.Span);

    private static void AssertSame(Exposition scraped, IReadOnlyList<OtlpSeries> sent)
    {
        Assert.Equal(
            scraped.Families.Values.Where(f => f.Type != "histogram").SelectMany(f => f.Samples.Select(s => (OtlpSeries.KeyOf(s.Name, s.Labels), f.Type, f.Help, s.Value))).Order(),
            sent.Select(s => (OtlpSeries.KeyOf(s.Name, s.Labels), s.Type, s.Help, s.Value)).Order());
    }
}
