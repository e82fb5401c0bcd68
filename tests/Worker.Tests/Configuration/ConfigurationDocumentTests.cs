using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Tests.Configuration;

public sealed class ConfigurationDocumentTests
{
    /// <summary>docs/configuration.md lists every key as the program knows it. When this fails, the text it wants is in the message.</summary>
    [Fact]
    public void ConfigurationPage_Tables_AreThoseOfTheCode()
    {
        string page = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docs", "configuration.md"));
        IReadOnlyList<ConfigurationEntry> entries = WorkerConfiguration.Load(null, new Dictionary<string, string>(), []).Entries;

        foreach (string section in ConfigurationKeys.Sections)
        {
            string table = $"## {section}\n\n| key | default | allowed | meaning |\n|---|---|---|---|\n" + string.Concat(entries
                .Where(e => e.Key.StartsWith(section + ":", StringComparison.Ordinal) && !e.Key.StartsWith(ConfigurationSetting.ModelPrefix, StringComparison.Ordinal))
                .Select(e => $"| `{e.Key}` | {(e.Default.Length == 0 ? "empty" : $"`{e.Default}`")} | {e.Allowed} | {e.Description} |\n"));
            Assert.True(page.Contains(table), $"docs/configuration.md must have\n{table}");
        }
    }
}
