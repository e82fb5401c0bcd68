using System.Text;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Tests.Pipeline;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>A worker over a scripted source with the system's clock, and its metrics.</summary>
internal sealed class MetricsBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PrometheusWriter _writer;

    public MetricsBench(string model = "adaptive")
    {
        Bench = new WorkerBench(new DirectoryCheckpointStore(_folder.File("state"), "group", 3), new PipelineOptions { Capacity = 64 },
            setup: Partition.Setup(model), liveCommitInterval: TimeSpan.FromMilliseconds(5));
        Metrics = new StreamMoeMetrics(() => Bench.Worker.Learners, Bench.Worker.LagOf, new WorkerFacts("1.2", model, "kafka", "exactly-once", () => Bench.Worker.IsReady));
        _writer = new PrometheusWriter(Metrics.Instruments);
    }

    public WorkerBench Bench { get; }

    public StreamMoeMetrics Metrics { get; }

    public Exposition Scrape() => Exposition.Parse(_writer.ScrapeAsync(CancellationToken.None).Result.Span);

    /// <summary>Scrapes until something is the case.</summary>
    public Exposition ScrapeUntil(Func<Exposition, bool> condition, string what)
    {
        Exposition? found = null;
        WorkerBench.Await(() => condition(found = Scrape()), what);
        return found!;
    }

    /// <summary>Plays a log of so many labelled events and some other records; waits until they are learned and the details tell of them.</summary>
    public Exposition Learn(int events, params string[] others)
    {
        Bench.Append(events);
        foreach (string other in others) Bench.Source.Append(Partition.Source, null, Encoding.UTF8.GetBytes(other), Partition.Start);
        Bench.Source.Assign(Partition.Source);
        Bench.Source.DeliverTo(Partition.Source, events + others.Length);
        Bench.Start();
        WorkerBench.Await(() => Bench.HasLearners, "the lane");
        // Latencies are counted last, so what is scraped behind this is whole.
        ScrapeUntil(m => m.Value("streammoe_records_total") == events + others.Length && m.Value("streammoe_queue_depth") == 0
            && m.Families.ContainsKey("streammoe_router_loss") && m.Value("streammoe_event_latency_seconds", ("le", "+Inf")) == events + others.Length, "everything to be learned");
        return Scrape();
    }

    public void Dispose()
    {
        Bench.Dispose();
        _folder.Dispose();
    }
}
