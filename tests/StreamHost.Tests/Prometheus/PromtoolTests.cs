using StreamMoe.StreamHost.Tests.Service;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>The shipped configuration of Prometheus, by Prometheus' own checks.</summary>
public sealed class PromtoolTests
{
    private static readonly string s_folder = Path.Combine(GoldenFiles.Root, "docker", "prometheus");

    [Fact]
    public void Rules_Check_IsClean() => Promtool("check", "rules", "--lint-fatal", Path.Combine(s_folder, "alerts.yml"));

    [Fact]
    public void Configuration_Check_IsClean() => Promtool("check", "config", "--lint-fatal", Path.Combine(s_folder, "prometheus.yml"));

    [Fact]
    public void Rules_TheirOwnTests_Pass() => Promtool("test", "rules", Path.Combine(s_folder, "alerts.test.yml"));

    [Fact]
    public void Scrape_RunningWorker_PromtoolFindsNothing()
    {
        PrometheusTools.Require();
        using WorkerProcess worker = new(["embedded:rate=3000", "embedded:driftEvery=2000"]);
        string text = "";
        worker.Await(() => worker.Get("/metrics") is (System.Net.HttpStatusCode.OK, { } found) && (text = found).Contains("streammoe_router_loss{", StringComparison.Ordinal), "metrics of something learned");
        Assert.Equal((0, ""), PrometheusTools.Promtool(["check", "metrics"], text));
        Assert.Equal(0, worker.Stop());
    }

    /// <summary>The tests of the rules notice each condition: with its sign turned or its time taken away some test fails.</summary>
    [Fact, Trait("Category", "Slow")]
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
            (int code, _) = PrometheusTools.Promtool(["test", "rules", folder.File("alerts.test.yml")]);
            Assert.True(code == 1, $"no test notices that line {i + 1} of alerts.yml is '{changed.Trim()}'");
            turned++;
        }
        Assert.InRange(turned, 20, 100);
    }

    private static void Promtool(params string[] arguments)
    {
        (int code, string said) = PrometheusTools.Promtool(arguments);
        Assert.True(code == 0, $"promtool {string.Join(' ', arguments)}: exit code {code}{Environment.NewLine}{said}");
    }
}
