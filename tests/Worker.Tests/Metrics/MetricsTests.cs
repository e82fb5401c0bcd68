using StreamMoe.DriftMoe;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Metrics;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>The figures are those of what the worker did, and as many as they may be.</summary>
public sealed class MetricsTests
{
    [Fact]
    public void Scrape_KnownRecords_TellsTheirCounts()
    {
        using MetricsBench bench = new();
        Exposition found = bench.Learn(1500, "no event", """{"id":"x1","features":[1,2,"v0"]}""", """{"id":"x2","features":[1,2,"v0"],"extra":1}""",
            """{"id":"x1","label":"UP"}""", """{"id":"y","label":"UP"}""", """{"id":"y","label":"UP"}""");
        Assert.Equal(1506, found.Value("streammoe_records_total"));
        Assert.Equal(1502, found.Value("streammoe_events_total"));
        Assert.Equal(1500, found.Value("streammoe_labels_total", ("kind", "attached")));
        Assert.Equal(3, found.Value("streammoe_labels_total", ("kind", "late")));
        Assert.Equal(1, found.Value("streammoe_labels_joined_total"));
        Assert.Equal(1, found.Value("streammoe_duplicates_total"));
        Assert.Equal(2, found.Value("streammoe_waiting"));
        Assert.Equal(1502, found.Value("streammoe_predictions_total"));
        Assert.Equal(1501, found.Value("streammoe_learned_total"));
        Assert.Equal(1, found.Value("streammoe_dead_letters_total", ("reason", "not-json")));
        Assert.Equal(1, found.Families["streammoe_dead_letters_total"].Samples.Sum(s => s.Value));
        Assert.Equal(0, found.Value("streammoe_consumer_lag"));
        Assert.Equal(1, found.Value("streammoe_partitions"));
        Assert.Equal(1, found.Value("streammoe_ready"));
        Assert.Equal(bench.Bench.Learner.Figures.WindowAccuracy, found.Value("streammoe_accuracy_ratio", ("span", "window")));
        Assert.Equal(bench.Bench.Learner.Figures.Kappa, found.Value("streammoe_kappa_ratio", ("span", "total")));
        Assert.Equal(bench.Bench.Learner.Figures.BalancedAccuracy, found.Value("streammoe_balanced_accuracy_ratio", ("span", "total")));
        Assert.Equal(bench.Bench.Learner.Figures.WindowGMean, found.Value("streammoe_g_mean_ratio", ("span", "window")));
        Assert.InRange(bench.Bench.Learner.Figures.WindowGMean, 0.3, bench.Bench.Learner.Figures.WindowBalancedAccuracy);
        Assert.Equal(1, found.Families["streammoe_routing_share_ratio"].Samples.Sum(s => s.Value), 1e-3);
        Assert.True(found.Value("streammoe_learner_seconds_total", ("activity", "learning")) > 0);
        Assert.Equal(["DOWN", "UP"], found.Families["streammoe_class_recall_ratio"].Samples.Select(s => s.Labels["class"]).Order());
    }

    [Fact]
    public void Scrape_Histograms_AreCumulativeAndEndWithTheirCount()
    {
        using MetricsBench bench = new();
        Exposition found = bench.Learn(1500);
        foreach (string name in (string[])["streammoe_batch_seconds", "streammoe_event_latency_seconds"])
        {
            List<Exposition.Sample> samples = found.Families[name].Samples;
            double[] buckets = [.. samples.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).Select(s => s.Value)];
            double[] bounds = [.. samples.Where(s => s.Labels.ContainsKey("le")).Select(s => s.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(s.Labels["le"], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(19, buckets.Length);
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(buckets[^1], samples.Single(s => s.Name == name + "_count").Value);
            Assert.True(samples.Single(s => s.Name == name + "_sum").Value > 0);
        }
    }

    [Fact]
    public async Task Scrape_PartitionGivenUp_ItsSeriesAreGone()
    {
        using MetricsBench bench = new();
        bench.Learn(200);
        bench.Bench.Source.Revoke(Partition.Source);
        bench.ScrapeUntil(m => m.Value("streammoe_partitions") == 0, "the partition to go"); // which may be in the middle of that scrape
        Exposition found = bench.Scrape();
        Assert.DoesNotContain(found.Families.Values.SelectMany(f => f.Samples), s => s.Labels.ContainsKey("topic"));
        Assert.Contains("process_cpu_seconds_total", found.Families.Keys);
        await bench.Bench.EndAsync();
    }

    [Fact]
    public void Scrape_ManyClassesSlotsAndHostileNames_StaysBoundedAndReadable()
    {
        using MetricsBench bench = new();
        int before = bench.Learn(1500).Families.Values.Sum(f => f.Samples.Count);
        string[] names = [.. (string[])["", "\"", "\\", "a\nb", "\ud800", "\udfff", "\ufffd", new string('x', 5000), new string('x', 5001), "{class=\"1\"} 2"],
            .. Enumerable.Range(0, 990).Select(i => "c" + i)];
        PoolMember[] members = [.. Enumerable.Range(0, 200).Select(i => new PoolMember(i, "k", PoolMemberState.Active, 0.005))];
        bench.Bench.Learner.Figures.Details = new PartitionDetails(new PoolSnapshot(members, 3, 0.1), PartitionDetails.RecallsOf(names, c => c / 1000.0), []);
        Exposition found = bench.Scrape();
        Assert.Equal(PartitionDetails.MostClasses, found.Families["streammoe_class_recall_ratio"].Samples.Count);
        Assert.Equal(StreamMoeMetrics.MostSlots, found.Families["streammoe_routing_share_ratio"].Samples.Count);
        Assert.Equal(200, found.Value("streammoe_experts", ("state", "active")));
        Assert.Equal(1, found.Value("streammoe_routing_entropy_ratio"), 1e-9);
        Assert.Equal(0.001, found.Value("streammoe_class_recall_ratio", ("class", "\"")));
        Assert.All(found.Families["streammoe_class_recall_ratio"].Samples, s => Assert.InRange(s.Labels["class"].Length, 1, 110));
        Assert.InRange(found.Families.Values.Sum(f => f.Samples.Count), before, before + 100);
    }

    [Fact]
    public async Task Scrape_WhileLearning_NeverFailsAndCountersNeverFall()
    {
        const int Events = 20_000;
        using MetricsBench bench = new("naive-bayes");
        bench.Bench.Append(Events);
        bench.Bench.Source.Assign(Partition.Source);
        bench.Bench.Source.DeliverTo(Partition.Source, Events);
        bench.Bench.Source.Revoke(Partition.Source);
        bench.Bench.Source.Assign(Partition.Source);
        bench.Bench.Source.Revoke(Partition.Source);
        bench.Bench.Start();
        Task end = bench.Bench.EndAsync();
        int[] scrapes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            double last = 0;
            int count = 0;
            while (!end.IsCompleted)
            {
                Exposition found = bench.Scrape();
                count++;
                if (found.Families.GetValueOrDefault("streammoe_records_total")?.Samples is not [Exposition.Sample records]) continue;
                double now = records.Value;
                Assert.True(now >= last, $"{now} after {last}");
                last = now;
            }
            return count;
        })));
        await end;
        Assert.All(scrapes, count => Assert.True(count > 0));
    }
}
