namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>A row of docs/metrics.md.</summary>
/// <param name="Name">The series' name.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Labels">Its labels, and for those whose values are listed the values.</param>
/// <param name="IsOnDashboard">False when its meaning ends with "(not on the dashboard)".</param>
internal sealed record DocumentedMetric(string Name, string Type, IReadOnlyDictionary<string, string[]> Labels, bool IsOnDashboard);
