using System.Diagnostics;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>The shipped configuration of Prometheus, by Prometheus' own checks.</summary>
public sealed class PromtoolTests
{
    private static readonly string s_folder = Path.Combine(GoldenFiles.Root, "docker", "prometheus");

    [PrometheusFact]
    public void Rules_Check_IsClean() => Promtool(0, "check", "rules", "--lint-fatal", Path.Combine(s_folder, "alerts.yml"));

    [PrometheusFact]
    public void Configuration_Check_IsClean() => Promtool(0, "check", "config", "--lint-fatal", Path.Combine(s_folder, "prometheus.yml"));

    [PrometheusFact]
    public void Rules_TheirOwnTests_Pass() => Promtool(0, "test", "rules", Path.Combine(s_folder, "alerts.test.yml"));

    /// <summary>The tests of the rules notice each condition: with its sign turned or its time taken away some test fails.</summary>
    [PrometheusFact]
    public void Rules_AnyConditionTurnedRound_FailsATest()
    {
        string rules = File.ReadAllText(Path.Combine(s_folder, "alerts.yml"));
        using TemporaryFolder folder = new();
        folder.Write("alerts.test.yml", File.ReadAllText(Path.Combine(s_folder, "alerts.test.yml")));
        int turned = 0;
        string[] lines = rules.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (line.TrimStart().StartsWith('#') || line.Contains("summary:", StringComparison.Ordinal) || line.Contains("description:", StringComparison.Ordinal)) continue;
            string changed = line.Contains(" > ", StringComparison.Ordinal) ? line.Replace(" > ", " < ", StringComparison.Ordinal)
                : line.Contains(" < ", StringComparison.Ordinal) ? line.Replace(" < ", " > ", StringComparison.Ordinal)
                : line.Contains(" == 0", StringComparison.Ordinal) ? line.Replace(" == 0", " > 0", StringComparison.Ordinal)
                : line.Contains("        for:", StringComparison.Ordinal) ? "        for: 0m" : line;
            if (changed == line) continue;
            folder.Write("alerts.yml", string.Join('\n', [.. lines[..i], changed, .. lines[(i + 1)..]]));
            Promtool(1, "test", "rules", folder.File("alerts.test.yml"));
            turned++;
        }
        Assert.InRange(turned, 20, 100);
    }

    private static void Promtool(int expected, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        Assert.True(process.ExitCode == expected, $"promtool {string.Join(' ', arguments)}: exit code {process.ExitCode}{Environment.NewLine}{said}");
    }
}
