using System.Diagnostics;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>The programs <c>prometheus</c> and <c>promtool</c> as they are installed here.</summary>
internal static class PrometheusTools
{
    private static readonly string[] s_missing = [.. ((string[])["prometheus", "promtool"]).Where(p => !IsOnPath(p))];

    /// <summary>Skips the test, and says so, where one of them is not on the PATH.</summary>
    public static void Require()
        => Assert.SkipWhen(s_missing.Length > 0, $"Needs {string.Join(" and ", s_missing)} on the PATH (on Debian and Ubuntu: apt-get install prometheus).");

    /// <summary>Runs <c>promtool</c>.</summary>
    public static (int Code, string Said) Promtool(string[] arguments, string input = "")
    {
        Require();
        using Process tool = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = tool.StandardError.ReadToEndAsync();
        tool.StandardInput.Write(input);
        tool.StandardInput.Close();
        string said = tool.StandardOutput.ReadToEnd() + error.Result;
        tool.WaitForExit();
        return (tool.ExitCode, said);
    }

    private static bool IsOnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, program)));
}
