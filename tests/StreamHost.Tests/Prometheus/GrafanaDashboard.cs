using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>The shipped dashboard.</summary>
internal static class GrafanaDashboard
{
    /// <value>The document.</value>
    public static JsonElement Root { get; } = Load();

    /// <value>The panels that are no rows.</value>
    public static IReadOnlyList<JsonElement> Panels { get; } = [.. Root.GetProperty("panels").EnumerateArray().Where(p => p.GetProperty("type").GetString() != "row")];

    /// <value>Every query with its panel's title, and those of the annotations.</value>
    public static IReadOnlyList<(string Where, string Query, string Legend)> Queries { get; } =
    [
        .. Panels.SelectMany(p => p.GetProperty("targets").EnumerateArray().Select(t => (p.GetProperty("title").GetString()!, t.GetProperty("expr").GetString()!, t.GetProperty("legendFormat").GetString()!))),
        .. Root.GetProperty("annotations").GetProperty("list").EnumerateArray().Select(a => ("annotation: " + a.GetProperty("name").GetString(), a.GetProperty("expr").GetString()!, a.GetProperty("textFormat").GetString()!)),
    ];

    /// <summary>A query as Grafana would send it with all topics and learners chosen.</summary>
    public static string Substituted(string query, string rateInterval)
        => query.Replace("$topic", ".*", StringComparison.Ordinal).Replace("$learner", ".*", StringComparison.Ordinal).Replace("$__rate_interval", rateInterval, StringComparison.Ordinal);

    private static JsonElement Load()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenFiles.Root, "docker", "grafana", "dashboards", "streammoe.json")));
        return document.RootElement.Clone();
    }
}
