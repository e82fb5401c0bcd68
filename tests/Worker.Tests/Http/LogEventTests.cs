using System.Reflection;
using Microsoft.Extensions.Logging;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Tests.Http;

/// <summary>Log messages have numbers that stay: what reads logs finds them by these.</summary>
public sealed class LogEventTests
{
    private static readonly LoggerMessageAttribute[] s_messages = [.. typeof(StreamWorker).Assembly.GetTypes()
        .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()];

    [Fact]
    public void Messages_HaveNumbersOfTheirOwn()
    {
        Assert.True(s_messages.Length >= 20, $"{s_messages.Length} messages were found");
        Assert.Empty(s_messages.GroupBy(m => m.EventId).Where(g => g.Count() > 1 || g.Key <= 0).Select(g => g.Key));
    }

    [Fact]
    public void WorkerPage_ListsEveryMessageUnderItsNumber()
    {
        string page = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docs", "worker.md"));
        string[] found = [.. page.Split('\n').Where(l => System.Text.RegularExpressions.Regex.IsMatch(l, @"^\| \d{3} \| [a-z]+ \|"))];
        string[] wanted = [.. s_messages.OrderBy(m => m.EventId).Select(m => $"| {m.EventId} | {LevelOf(m)} | {m.Message} |")];
        Assert.True(wanted.SequenceEqual(found), "docs/worker.md must have\n" + string.Join('\n', wanted));
    }

    [Fact]
    public void Sources_LogThroughNumberedMessagesOnly()
    {
        string[] folders = [Path.Combine(GoldenFiles.Root, "src", "Worker"), Path.Combine(GoldenFiles.Root, "src", "StreamHost")];
        string[] unnumbered = [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)).Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Where(f => System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(f), @"og(ger)?\.Log(Trace|Debug|Information|Warning|Error|Critical)?\("))];
        Assert.Empty(unnumbered);
    }

    // The two reports of librdkafka have its levels.
    private static string LevelOf(LoggerMessageAttribute message) => message.Level == LogLevel.None || message.EventId is 301 or 302 ? "any" : message.Level.ToString().ToLowerInvariant();
}
