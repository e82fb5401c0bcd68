using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>Prometheus's text format, read strictly: what a family's lines must look like, that they stand together, that no series comes twice.</summary>
internal sealed partial class Exposition
{
    /// <summary>One line.</summary>
    public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

    /// <summary>The lines behind one TYPE.</summary>
    public sealed record Family(string Name, string Type, string Help, List<Sample> Samples);

    public Dictionary<string, Family> Families { get; } = [];

    public static Exposition Parse(ReadOnlySpan<byte> bytes) => Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));

    public static Exposition Parse(string text)
    {
        Exposition read = new();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        HashSet<string> series = [];
        Family? family = null;
        string help = "", helpOf = "";
        foreach (string line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } h) (helpOf, help) = (h.Groups[1].Value, h.Groups[2].Value);
            else if (TypeLine().Match(line) is { Success: true } t)
            {
                Assert.Equal(helpOf, t.Groups[1].Value);
                family = new Family(t.Groups[1].Value, t.Groups[2].Value, help, []);
                read.Families.Add(family.Name, family);
            }
            else
            {
                Match sample = SampleLine().Match(line);
                Assert.True(sample.Success, $"Not a line of the format: {line}");
                Assert.NotNull(family);
                string name = sample.Groups["name"].Value;
                Assert.Contains(name, family.Type == "histogram" ? (string[])[family.Name + "_bucket", family.Name + "_sum", family.Name + "_count"] : [family.Name]);
                Dictionary<string, string> labels = [];
                foreach (Match label in LabelPair().Matches(sample.Groups["labels"].Value)) labels.Add(label.Groups[1].Value, Unescaped(label.Groups[2].Value));
                Assert.True(series.Add(name + string.Concat(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"|{l.Key}={l.Value}"))), $"A series comes twice: {line}");
                family.Samples.Add(new Sample(name, labels, NumberOf(sample.Groups["value"].Value)));
            }
        }
        return read;
    }

    /// <summary>The only series of a family that has these labels.</summary>
    public double Value(string family, params (string Name, string Value)[] labels)
        => Assert.Single(Families[family].Samples, s => labels.All(l => s.Labels.TryGetValue(l.Name, out string? v) && v == l.Value)).Value;

    private static double NumberOf(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescaped(string value) => EscapePair().Replace(value, m => m.Value switch { "\\n" => "\n", "\\\"" => "\"", _ => "\\" });

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^\\"])*"(,[a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^\\"])*")*)\})? (?<value>NaN|[+-]Inf|-?[0-9.]+([eE][+-]?[0-9]+)?)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:\\[\\"n]|[^\\"])*)"(?:,|$)""")]
    private static partial Regex LabelPair();

    [GeneratedRegex("""\\[\\n"]""")]
    private static partial Regex EscapePair();
}
