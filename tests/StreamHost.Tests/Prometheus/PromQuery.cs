using System.Text.RegularExpressions;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>The series and labels that a PromQL expression, or the text of a test, names.</summary>
internal sealed partial class PromQuery(string text)
{
    private static readonly string[] s_scraped = ["job", "instance"], s_histogram = ["_bucket", "_sum", "_count"];

    /// <value>The series selected, with what their selectors say.</value>
    public IReadOnlyList<(string Name, IReadOnlyList<(string Label, string Operator, string Value)> Matchers)> Series { get; } =
        [.. Selector().Matches(text).Select(m => (m.Groups["name"].Value, Matchers(m.Groups["matchers"].Value)))];

    /// <value>The labels in by, on, ignoring, without and group_left.</value>
    public IReadOnlyList<string> Grouped { get; } =
        [.. Grouping().Matches(text).SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()];

    /// <summary>What of it docs/metrics.md does not have.</summary>
    public IEnumerable<string> Faults()
    {
        HashSet<string> known = [.. s_scraped];
        foreach ((string name, IReadOnlyList<(string Label, string Operator, string Value)> matchers) in Series)
        {
            if (name == "up")
            {
                foreach ((string label, _, _) in matchers.Where(m => !s_scraped.Contains(m.Label))) yield return $"up has no label '{label}'";
                continue;
            }
            if (Find(name) is not { } metric)
            {
                yield return $"there is no series '{name}'";
                continue;
            }
            known.UnionWith(metric.Labels.Keys);
            if (metric.Type == "histogram") known.Add("le");
            foreach ((string label, string sign, string value) in matchers)
                if (s_scraped.Contains(label) || (label == "le" && metric.Type == "histogram")) continue;
                else if (!metric.Labels.TryGetValue(label, out string[]? values)) yield return $"'{name}' has no label '{label}'";
                else if (sign is "=" or "!=" && values.Length > 0 && !values.Contains(value)) yield return $"'{name}' has no {label}=\"{value}\"; it is one of {string.Join(", ", values)}";
        }
        foreach (string label in Grouped.Where(l => !known.Contains(l))) yield return $"no series in it has the label '{label}'";
    }

    /// <summary>The row of a series, for the parts of a histogram that of the histogram; null for none.</summary>
    public static DocumentedMetric? Find(string name)
    {
        if (MetricsDocument.Metrics.TryGetValue(name, out DocumentedMetric? metric)) return metric.Type == "histogram" ? null : metric;
        string? ending = Array.Find(s_histogram, e => name.EndsWith(e, StringComparison.Ordinal));
        return ending is not null && MetricsDocument.Metrics.TryGetValue(name[..^ending.Length], out metric) && metric.Type == "histogram" ? metric : null;
    }

    private static IReadOnlyList<(string, string, string)> Matchers(string text)
        => [.. Matcher().Matches(text).Select(m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value))];

    [GeneratedRegex("""(?<![\w".*])(?<name>(?:streammoe|process|dotnet)_\w+|up)(?![\w"(])(?:\{(?<matchers>[^}]*)\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(=~|!~|!=|=)\s*""([^""]*)""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|on|ignoring|without|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();
}
