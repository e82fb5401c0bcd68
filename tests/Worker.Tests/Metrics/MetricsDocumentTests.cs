using System.Text.RegularExpressions;
using StreamMoe.Tests.Common;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>docs/metrics.md and the code say the same, in both directions: names, types, labels and their values.</summary>
public sealed partial class MetricsDocumentTests
{
    private sealed record Documented(string Name, string Type, Dictionary<string, string[]> Labels);

    [Fact]
    public void Page_NamesAndTypes_AreThoseOfTheInstruments()
    {
        using MetricsBench bench = new();
        Assert.All(bench.Metrics.Instruments, i => Assert.False(string.IsNullOrWhiteSpace(i.Help), i.Name));
        Assert.Equal(Page().Select(d => $"{d.Name} {d.Type}").Order(), bench.Metrics.Instruments.Select(i => $"{i.Name} {i.Kind.ToString().ToLowerInvariant()}").Order());
    }

    [Fact]
    public void Page_Labels_AreThoseOfAWorkerThatHasLearned()
    {
        using MetricsBench bench = new();
        Exposition scraped = bench.Learn(1500, "no event", """{"features":{"a":"1","b":{"x":"y"}}}""");
        Assert.Equal(["a number-as-text", "b other-type"], scraped.Families["streammoe_feature_faults_total"].Samples.Select(s => $"{s.Labels["attribute"]} {s.Labels["fault"]}").Order());
        Dictionary<string, Documented> page = Page().ToDictionary(d => d.Name);
        Assert.Empty(scraped.Families.Keys.Except(page.Keys));
        Assert.Empty(page.Keys.Except(scraped.Families.Keys));
        foreach ((string name, Exposition.Family family) in scraped.Families)
        {
            Documented documented = page[name];
            Assert.Equal(documented.Type, family.Type);
            foreach (Exposition.Sample sample in family.Samples)
                Assert.True(documented.Labels.Keys.Concat(sample.Name.EndsWith("_bucket", StringComparison.Ordinal) ? ["le"] : []).Order().SequenceEqual(sample.Labels.Keys.Order()),
                    $"{name} has the labels {string.Join(", ", sample.Labels.Keys)}");
            foreach ((string label, string[] values) in documented.Labels.Where(l => l.Value.Length > 0))
                Assert.Equal((name, string.Join(' ', values.Order())), (name, string.Join(' ', family.Samples.Select(s => s.Labels[label]).Distinct().Order())));
        }
    }

    private static List<Documented> Page()
    {
        List<Documented> all = [];
        bool ofPartitions = true;
        foreach (string line in File.ReadLines(Path.Combine(GoldenFiles.Root, "docs", "metrics.md")))
        {
            if (line.StartsWith("Without `topic` and `learner`", StringComparison.Ordinal)) ofPartitions = false;
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length != 6 || !RowName().IsMatch(cells[1])) continue;
            Dictionary<string, string[]> labels = ofPartitions ? new() { ["topic"] = [], ["learner"] = [] } : [];
            foreach (string part in cells[3].Split(';'))
            {
                string[] sides = part.Split('=');
                string[] names = [.. Quoted().Matches(sides[0]).Select(m => m.Groups[1].Value)];
                foreach (string name in names) labels[name] = sides.Length == 2 ? [.. Quoted().Matches(sides[1]).Select(m => m.Groups[1].Value)] : [];
            }
            if (labels.ContainsKey("span")) labels["span"] = ["window", "total"];
            all.Add(new Documented(cells[1].Trim('`'), cells[2], labels));
        }
        Assert.True(all.Count >= 45, $"{all.Count} metrics were found in docs/metrics.md");
        return all;
    }

    [GeneratedRegex("^`[a-z0-9_]+`$")]
    private static partial Regex RowName();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
