using System.Globalization;
using System.Text.Json;
using StreamMoe.StreamHost.Tests.Service;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>Prometheus itself on a worker with the built-in stream: every series is there, every query of the dashboard answers, and no alert fires.</summary>
[Trait("Category", "Slow")]
public sealed class ScrapeTests(ITestOutputHelper output)
{
    private const string NoKafka = "only with Kafka: the built-in stream has no log that it could be behind";
    private const string NoStore = "only with Kafka: the built-in stream begins anew with each start, so there are no checkpoints";

    /// <summary>What a worker with the built-in stream does not have, and why.</summary>
    private static readonly Dictionary<string, string> s_absent = new()
    {
        ["streammoe_consumer_lag"] = NoKafka,
        ["streammoe_feature_faults_total"] = "only where features do not fit, and those of the built-in stream do",
        ["streammoe_partition_accuracy_ratio"] = "only where two partitions of a learner differ, and those of the built-in stream do not",
        ["streammoe_checkpoint_age_seconds"] = NoStore,
        ["streammoe_checkpoint_size_bytes"] = NoStore,
        ["streammoe_checkpoint_duration_seconds"] = NoStore,
        ["streammoe_checkpoint_failures_total"] = NoStore,
    };

    [Fact]
    public void EmbeddedWorker_SeriesQueriesAndAlertsAreAsDocumented()
    {
        using PrometheusServer prometheus = new();
        using WorkerProcess worker = new(["embedded:rate=2000", "embedded:driftEvery=12000"]);
        worker.AwaitReady();
        prometheus.Scrape(worker.Address!);
        prometheus.Await(() => Value(prometheus, "up") == 1, "the worker to be scraped");
        prometheus.Await(() => Value(prometheus, "sum(streammoe_signals_total{signal=\"drift\",source=\"mixture\"})") >= 2, "two drifts");

        // A few seconds on, so that what counts the drifts, and every rate, has grown within the last seconds.
        prometheus.Await(() => Value(prometheus, "min(increase(streammoe_learned_total[20s]))") > 30_000, "twenty seconds of figures");
        AssertSeries(prometheus);
        AssertQueries(prometheus);
        Assert.DoesNotContain(prometheus.Alerts(), a => a.Fires);
        Assert.Equal(0, worker.Stop());
    }

    private void AssertSeries(PrometheusServer prometheus)
    {
        List<string> faults = [];
        foreach (DocumentedMetric metric in MetricsDocument.Metrics.Values)
        {
            string name = metric.Type == "histogram" ? metric.Name + "_bucket" : metric.Name;
            JsonElement[] found = prometheus.Query($"{name}{{job=\"streammoe\"}} == {name}{{job=\"streammoe\"}}"); // not those that are NaN
            if (s_absent.TryGetValue(metric.Name, out string? why))
            {
                output.WriteLine($"not there: {metric.Name}: {why}");
                if (found.Length > 0) faults.Add($"{metric.Name} is there, and should not be: {why}");
                continue;
            }
            if (found.Length == 0) faults.Add($"{metric.Name} is not there");
            HashSet<string> expected = [.. metric.Labels.Keys, "__name__", "job", "instance", .. metric.Type == "histogram" ? (string[])["le"] : []];
            foreach (JsonElement series in found)
            {
                Dictionary<string, string> labels = series.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!);
                if (!expected.SetEquals(labels.Keys)) faults.Add($"{metric.Name} has the labels {string.Join(", ", labels.Keys)}");
                foreach ((string label, string[] values) in metric.Labels)
                    if (values.Length > 0 && labels.TryGetValue(label, out string? value) && !values.Contains(value)) faults.Add($"{metric.Name} has {label}=\"{value}\"");
            }
        }
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    private void AssertQueries(PrometheusServer prometheus)
    {
        List<string> faults = [];
        foreach ((string where, string query, _) in GrafanaDashboard.Queries)
        {
            string sent = GrafanaDashboard.Substituted(query, "20s");
            JsonElement[] found = prometheus.Query(sent);
            string[] absent = [.. new PromQuery(query).Series.Select(s => PromQuery.Find(s.Name)!.Name).Where(s_absent.ContainsKey)];
            if (absent.Length > 0) output.WriteLine($"no data in '{where}': {s_absent[absent[0]]}");
            // Annotations show what happens now and then; that they can show it is seen over a longer time.
            else if (where.StartsWith("annotation", StringComparison.Ordinal)) found = prometheus.Query(GrafanaDashboard.Substituted(query, "10m"));
            if (found.Length > 0 != (absent.Length == 0)) faults.Add($"{where}: {found.Length} results of {sent}");
        }
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    /// <summary>The first value of a query; NaN for none.</summary>
    private static double Value(PrometheusServer prometheus, string query)
        => prometheus.Query(query) is [{ } first, ..] ? double.Parse(first.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture) : double.NaN;
}
