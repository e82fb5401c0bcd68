using System.Text.RegularExpressions;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>The series that docs/metrics.md promises.</summary>
internal static partial class MetricsDocument
{
    /// <value>Every series by name.</value>
    public static IReadOnlyDictionary<string, DocumentedMetric> Metrics { get; } = Read();

    private static Dictionary<string, DocumentedMetric> Read()
    {
        Dictionary<string, DocumentedMetric> metrics = [];
        bool ofALearner = true;
        foreach (string line in File.ReadLines(Path.Combine(GoldenFiles.Root, "docs", "metrics.md")))
        {
            if (line.StartsWith("Without `topic`", StringComparison.Ordinal)) ofALearner = false;
            if (Row().Match(line) is not { Success: true } row) continue;
            Dictionary<string, string[]> labels = ofALearner ? new() { ["topic"] = [], ["learner"] = [] } : [];
            foreach (string part in row.Groups["labels"].Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                string[] words = [.. Quoted().Matches(part).Select(m => m.Groups[1].Value)];
                if (part.Contains('=')) labels[words[0]] = words[1..];
                else foreach (string word in words) labels[word] = [];
            }
            metrics.Add(row.Groups["name"].Value, new DocumentedMetric(row.Groups["name"].Value, row.Groups["type"].Value, labels,
                !line.EndsWith("(not on the dashboard) |", StringComparison.Ordinal)));
        }
        return metrics;
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<type>counter|gauge|histogram) \| (?<labels>.*?) ?\| ")]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
