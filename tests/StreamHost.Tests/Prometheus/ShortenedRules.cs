using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>Alert rules whose minutes are seconds: every <c>for:</c>, every range and every limit in seconds divided by 60, nothing else touched.</summary>
internal static partial class ShortenedRules
{
    private const int Factor = 60;

    /// <summary>The rules with shorter times.</summary>
    public static string Of(string rules) => Limit().Replace(Range().Replace(For().Replace(rules, Minutes), Minutes), m => m.Groups[1].Value + Shorter(m.Groups[2].Value));

    private static string Minutes(Match match) => match.Groups[1].Value + match.Groups[2].Value + "s" + match.Groups[3].Value;

    private static string Shorter(string seconds) => (int.Parse(seconds, CultureInfo.InvariantCulture) / Factor).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\bfor: )(\d+)m(\r?$)", RegexOptions.Multiline)]
    private static partial Regex For();

    [GeneratedRegex(@"(\[)(\d+)m(\])")]
    private static partial Regex Range();

    [GeneratedRegex(@"(_seconds [<>]=? )(\d+)\b")]
    private static partial Regex Limit();
}
