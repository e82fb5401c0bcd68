using System.Diagnostics;

namespace StreamMoe.StreamHost.Tests.Metrics;

/// <summary>A fact that needs Prometheus's <c>promtool</c>; skipped, and says so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PromtoolFactAttribute : FactAttribute
{
    private static readonly string? s_tool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(f => Path.Combine(f, "promtool")).FirstOrDefault(File.Exists);

    public PromtoolFactAttribute()
    {
        if (s_tool is null) Skip = "promtool is not installed (on Debian and Ubuntu: apt-get install prometheus).";
    }

    /// <summary>What <c>promtool check metrics</c> says of a text; empty when it finds nothing.</summary>
    public static string Check(string text)
    {
        using Process tool = Process.Start(new ProcessStartInfo(s_tool!, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        tool.StandardInput.Write(text);
        tool.StandardInput.Close();
        string said = tool.StandardError.ReadToEnd() + tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        return said.Length == 0 && tool.ExitCode != 0 ? $"exit code {tool.ExitCode}" : said;
    }
}
