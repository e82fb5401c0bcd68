using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamMoe.StreamHost.Tests.Commands;

namespace StreamMoe.StreamHost.Tests.Reports;

/// <summary>A report that a command wrote, and what the tests read in it.</summary>
internal sealed partial class ReportText
{
    private ReportText(string html) => Html = html;

    public string Html { get; }

    /// <value>What a reader sees, tags taken away, runs of white space as one space.</value>
    public string Words => Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(Body, " ")), " ");

    /// <value>The main element.</value>
    public string Body => Html[Html.IndexOf("<main>", StringComparison.Ordinal)..Html.IndexOf("</main>", StringComparison.Ordinal)];

    /// <value>The data of the charts.</value>
    public JsonElement Charts
    {
        get
        {
            const string begin = "<script type=\"application/json\" id=\"report-data\">";
            int from = Html.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
            using JsonDocument document = JsonDocument.Parse(Html[from..Html.IndexOf("</script>", from, StringComparison.Ordinal)]);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Runs a command that must succeed and write this report.</summary>
    public static ReportText Of(string file, params string[] arguments)
    {
        Cli run = Cli.Run([.. arguments, "--report", file]);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Error}");
        return new ReportText(File.ReadAllText(file));
    }

    /// <summary>Nothing in the file makes a browser ask for anything: no attribute or style with an address, no import.</summary>
    public void AssertAsksNoOne()
    {
        string withoutScripts = Scripts().Replace(Html, "");
        Assert.DoesNotMatch(@"(?i)<[^>]*\s(src|srcset|href|action|poster|data)\s*=", withoutScripts);
        Assert.DoesNotMatch(@"(?i)url\(|@import", withoutScripts);
        Assert.DoesNotMatch(@"(?i)<(link|iframe|object|embed|img|form|base)\b", withoutScripts);
        Assert.DoesNotMatch(@"\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b\s*\(", Html);
        Assert.Contains("Content-Security-Policy\" content=\"default-src &#39;none&#39;", Html);
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();
}
