using System.Diagnostics;
using System.Globalization;
using System.Text;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Records;
using StreamMoe.Worker.Tests.Pipeline;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>What a scrape of many partitions has, and what it costs: the figures of docs/metrics.md are in this test's output.</summary>
public sealed class ScrapeCostTests(ITestOutputHelper output)
{
    [Theory, InlineData(10, 500), InlineData(1000, 30), Trait("Category", "Slow")]
    public async Task Scrape_ManyPartitions_HasTheSeriesOfEach(int partitions, int scrapes)
    {
        const int Events = 30;
        using WorkerBench bench = new(null, new PipelineOptions { Capacity = 64 }, setup: Partition.Setup("naive-bayes"), liveCommitInterval: TimeSpan.FromMilliseconds(5));
        PrometheusWriter writer = new(new StreamMoeMetrics(() => bench.Worker.Learners, bench.Worker.LagOf, new WorkerFacts("1.2", "m", "kafka", "exactly-once", () => bench.Worker.IsReady)).Instruments);
        for (int p = 0; p < partitions; p++)
        {
            PartitionId id = new(Partition.Source.Topic, p);
            for (int i = 0; i < Events; i++)
                bench.Source.Append(id, null, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"features":[{{i % 7}},{{i % 3}},"v{{i % 2}}"],"label":"{{(i % 7 > 3 ? "UP" : "DOWN")}}"}""")), Partition.Start + i);
            bench.Source.Assign(id);
            bench.Source.DeliverTo(id, Events);
        }
        bench.Start();
        WorkerBench.Await(() => bench.Worker.Learners.Count == partitions && bench.Worker.Learners.All(l => l.Figures.Records == Events), "everything to be learned");
        for (int i = 0; i < 10; i++) await writer.ScrapeAsync(CancellationToken.None);

        long allocated = GC.GetTotalAllocatedBytes(true);
        (TimeSpan cpu, long began) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        ReadOnlyMemory<byte> text = default;
        for (int i = 0; i < scrapes; i++) text = await writer.ScrapeAsync(CancellationToken.None);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{partitions} partitions: {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / scrapes:F2} ms of CPU time, {Stopwatch.GetElapsedTime(began).TotalMilliseconds / scrapes:F2} ms, {(GC.GetTotalAllocatedBytes(true) - allocated) / scrapes} bytes allocated, {text.Length} bytes of text"));

        Exposition found = Exposition.Parse(text.Span);
        string[] ofPartitions = [.. found.Families.Values.Where(f => f.Samples.Any(s => s.Labels.ContainsKey("learner"))).Select(f => f.Name)];
        Assert.True(ofPartitions.Length >= 30, $"{ofPartitions.Length} families are of partitions");
        Assert.All(ofPartitions, name => Assert.Equal(partitions, found.Families[name].Samples.Select(s => s.Labels["learner"]).Distinct().Count()));
        Assert.Equal(partitions * Events, found.Families["streammoe_records_total"].Samples.Sum(s => s.Value));
    }
}
