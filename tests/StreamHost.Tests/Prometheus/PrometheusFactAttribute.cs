namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>A fact that needs <c>prometheus</c> and <c>promtool</c> on the PATH; skipped, and says so, where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusFactAttribute : FactAttribute
{
    private static readonly string[] s_missing = [.. ((string[])["prometheus", "promtool"]).Where(p => Find(p) is null)];

    public PrometheusFactAttribute()
    {
        if (s_missing.Length > 0) Skip = $"Needs {string.Join(" and ", s_missing)} on the PATH (on Debian and Ubuntu: apt-get install prometheus).";
    }

    private static string? Find(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
}
