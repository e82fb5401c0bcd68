using System.Text.Json;
using System.Text.RegularExpressions;
using StreamMoe.Tests.Common;
using YamlDotNet.RepresentationModel;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>What alerts and dashboard name exists: series and labels in docs/metrics.md, runbooks in docs/operations.md.</summary>
public sealed partial class AssetNamesTests
{
    private static readonly string s_rules = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docker", "prometheus", "alerts.yml"));
    private static readonly string s_ruleTests = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docker", "prometheus", "alerts.test.yml"));

    private static IEnumerable<YamlNode> Alerts => Yaml.Parse(s_rules).At("groups").List().SelectMany(g => g.At("rules").List());

    public static TheoryData<string> AlertNames => [.. Alerts.Select(a => a.At("alert").Text())];

    [Fact]
    public void MetricsPage_IsUnderstood()
    {
        Assert.InRange(MetricsDocument.Metrics.Count, 45, 200);
        Assert.Equal(["topic", "learner", "signal", "source", "detector"], MetricsDocument.Metrics["streammoe_signals_total"].Labels.Keys);
        Assert.Equal(["mixture", "confidence", "input", "expert"], MetricsDocument.Metrics["streammoe_signals_total"].Labels["source"]);
        Assert.Equal(["version", "model", "source", "guarantee"], MetricsDocument.Metrics["streammoe_build_info"].Labels.Keys);
        Assert.Empty(MetricsDocument.Metrics["process_threads"].Labels);
    }

    [Theory]
    [InlineData("rate(streammoe_evnts_total[5m])", "there is no series 'streammoe_evnts_total'")]
    [InlineData("streammoe_labels_total{kind=\"early\"}", "'streammoe_labels_total' has no kind=\"early\"; it is one of attached, late")]
    [InlineData("streammoe_waiting{kind=~\"late\"}", "'streammoe_waiting' has no label 'kind'")]
    [InlineData("sum by (slot) (streammoe_waiting)", "no series in it has the label 'slot'")]
    [InlineData("rate(streammoe_batch_seconds[5m])", "there is no series 'streammoe_batch_seconds'")]
    [InlineData("up{topic=\"x\"}", "up has no label 'topic'")]
    [InlineData("sum by (le) (rate(streammoe_batch_seconds_bucket{topic=\"x\",le=\"0.1\"}[5m])) + on (job) up{job=\"x\"}", null)]
    public void Query_NameOrLabelThatThereIsNot_IsAFault(string query, string? fault)
        => Assert.Equal(fault is null ? [] : [fault], new PromQuery(query).Faults());

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void Alert_NamesWhatThereIsAndHasEverythingThatAnOperatorNeeds(string name)
    {
        YamlNode alert = Alerts.Single(a => a.At("alert").Text() == name), notes = alert.At("annotations");
        PromQuery query = new(alert.At("expr").Text());
        Assert.NotEmpty(query.Series);
        Assert.Empty(query.Faults());
        Assert.Contains(alert.At("labels").At("severity").Text(), (string[])["warning", "critical"]);
        Assert.NotEmpty(notes.At("summary").Text());
        Assert.NotEmpty(notes.At("description").Text());
        Assert.Matches($@"^docs/operations\.md#{name.ToLowerInvariant()}$", notes.At("runbook_url").Text());
    }

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void Alert_HasARunbookThatSaysWhatToLookAtAndWhatToDo(string name)
    {
        string page = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docs", "operations.md"));
        Match entry = Regex.Match(page, $@"(?ms)^### {name}\n(.*?)(?=^### |\z)");
        Assert.True(entry.Success, $"docs/operations.md has no entry '### {name}'");
        string severity = Alerts.Single(a => a.At("alert").Text() == name).At("labels").At("severity").Text();
        Assert.StartsWith($"*{char.ToUpperInvariant(severity[0])}{severity[1..]}.*", entry.Groups[1].Value);
        Assert.Contains("**Look at**", entry.Value);
        Assert.Contains("**Do.**", entry.Value);
    }

    [Fact]
    public void RunbookEntries_AreThoseOfAlerts()
    {
        string page = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docs", "operations.md"));
        Assert.Equal(Alerts.Select(a => a.At("alert").Text()).Order(), Regex.Matches(page, "(?m)^### (StreamMoe.*)$").Select(m => m.Groups[1].Value).Order());
    }

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void Alert_IsTestedWhereItFiresAndWhereItDoesNot(string name)
    {
        YamlNode[] tests = [.. Yaml.Parse(s_ruleTests).At("tests").List().SelectMany(t => t.At("alert_rule_test").List()).Where(t => t.At("alertname").Text() == name)];
        Assert.Contains(tests, t => t.Find("exp_alerts") is not null);
        Assert.Contains(tests, t => t.Find("exp_alerts") is null);
    }

    [Fact]
    public void RuleTests_SeriesAreThoseOfTheMetricsPage()
        => Assert.Empty(Yaml.Parse(s_ruleTests).At("tests").List().SelectMany(t => t.At("input_series").List()).SelectMany(s => new PromQuery(s.At("series").Text()).Faults()));

    [Fact]
    public void Dashboard_QueriesNameWhatThereIs()
    {
        foreach ((string where, string query, string legend) in GrafanaDashboard.Queries)
        {
            PromQuery parsed = new(query);
            Assert.True(parsed.Series.Count > 0, $"{where}: no series in {query}");
            Assert.True(!parsed.Faults().Any(), $"{where}: {string.Join("; ", parsed.Faults())}");
            // What a legend shows must be left over by the query: the labels of its groups, or of its series when nothing is added up.
            bool grouped = Regex.IsMatch(query, @"\b(sum|avg|min|max)\b");
            IEnumerable<string> left = grouped ? parsed.Grouped : parsed.Series.SelectMany(s => PromQuery.Find(s.Name)!.Labels.Keys).Append("instance");
            Assert.True(!Shown().Matches(legend).Select(m => m.Groups[1].Value).Except(left).Any(), $"{where}: the legend '{legend}' shows what {query} does not leave");
        }
    }

    [Fact]
    public void Dashboard_ShowsEverySeriesThatTheMetricsPageDoesNotExcept()
    {
        IEnumerable<string> shown = GrafanaDashboard.Queries.SelectMany(q => new PromQuery(q.Query).Series).Select(s => PromQuery.Find(s.Name)!.Name).Distinct();
        Assert.Equal(MetricsDocument.Metrics.Values.Where(m => m.IsOnDashboard).Select(m => m.Name).Order(), shown.Order());
    }

    [Fact]
    public void Dashboard_CountersAreShownAsRatesAndGaugesAreNot()
    {
        foreach ((string where, string query, _) in GrafanaDashboard.Queries)
            foreach ((string name, _) in new PromQuery(query).Series)
                Assert.True(Regex.IsMatch(query, $@"(rate|increase)\({name}\b") == PromQuery.Find(name)!.Type is "counter" or "histogram", $"{where}: {query}");
    }

    [Fact]
    public void Dashboard_PanelsHaveDescriptionsUnitsAndPlacesOfTheirOwn()
    {
        Assert.InRange(GrafanaDashboard.Root.GetProperty("schemaVersion").GetInt32(), 39, 100);
        HashSet<(int, int)> taken = [];
        HashSet<int> ids = [];
        foreach (JsonElement panel in GrafanaDashboard.Root.GetProperty("panels").EnumerateArray())
        {
            string title = panel.GetProperty("title").GetString()!;
            Assert.True(ids.Add(panel.GetProperty("id").GetInt32()), $"{title}: its id is taken");
            JsonElement place = panel.GetProperty("gridPos");
            (int x, int y, int w, int h) = (Of(place, "x"), Of(place, "y"), Of(place, "w"), Of(place, "h"));
            Assert.InRange(x + w, 1, 24);
            for (int i = x; i < x + w; i++)
                for (int j = y; j < y + h; j++)
                    Assert.True(taken.Add((i, j)), $"{title}: lies over another panel");
            if (panel.GetProperty("type").GetString() == "row") continue;
            Assert.True(panel.GetProperty("description").GetString()!.Length > 2, $"{title}: no description");
            if (panel.GetProperty("type").GetString() != "table") Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("thresholds").GetProperty("steps").EnumerateArray());
        }
    }

    [Fact]
    public void Dashboard_VariablesAreThoseThatQueriesUse()
    {
        string[] defined = [.. GrafanaDashboard.Root.GetProperty("templating").GetProperty("list").EnumerateArray().Select(v => v.GetProperty("name").GetString()!)];
        string[] used = [.. Variable().Matches(GrafanaDashboard.Root.GetRawText()).Select(m => m.Groups[1].Value).Where(v => !v.StartsWith("__", StringComparison.Ordinal)).Distinct()];
        Assert.Equal(defined.Order(), used.Order());
    }

    [Fact]
    public void Provisioning_DataSourceAndFoldersAreThoseOfDashboardAndCompose()
    {
        YamlNode source = Yaml.Load("docker", "grafana", "provisioning", "datasources", "prometheus.yml").At("datasources").List().Single();
        JsonElement variable = GrafanaDashboard.Root.GetProperty("templating").GetProperty("list")[0];
        Assert.Equal(source.At("type").Text(), variable.GetProperty("query").GetString());
        Assert.Equal(source.At("uid").Text(), variable.GetProperty("current").GetProperty("value").GetString());
        Assert.Equal(Yaml.Load("docker", "prometheus", "prometheus.yml").At("global").At("scrape_interval").Text(), source.At("jsonData").At("timeInterval").Text());
        Assert.Equal("http://prometheus:9090", source.At("url").Text());

        string folder = Yaml.Load("docker", "grafana", "provisioning", "dashboards", "streammoe.yml").At("providers").List().Single().At("options").At("path").Text();
        Assert.Contains($"./grafana/dashboards:{folder}:ro", Yaml.Load("docker", "compose.yaml").At("services").At("grafana").At("volumes").List().Select(v => v.Text()));
    }

    private static int Of(JsonElement place, string name) => place.GetProperty(name).GetInt32();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Shown();

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex Variable();
}
