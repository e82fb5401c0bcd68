using System.Text.RegularExpressions;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>A Markdown document of the repository, taken apart into what a reader may type, open or follow.</summary>
/// <param name="Name">Its path from the repository's root.</param>
internal sealed partial record Document(string Name)
{
    /// <value>Every document with commands: the README, CONTRIBUTING and docs; and the READMEs of folders.</value>
    public static IReadOnlyList<Document> All { get; } =
    [
        new("README.md"), new("CONTRIBUTING.md"), new("CHANGELOG.md"), new("docker/README.md"), new("benchmarks/README.md"), new("benchmarks/Own/README.md"), new("benchmarks/Studies/README.md"),
        .. Directory.GetFiles(Path.Combine(GoldenFiles.Root, "docs"), "*.md").Select(f => new Document("docs/" + Path.GetFileName(f))).OrderBy(d => d.Name, StringComparer.Ordinal),
    ];

    /// <value>Its file.</value>
    public string File => Path.Combine(GoldenFiles.Root, Name);

    /// <summary>The lines inside fences, without the fences, trimmed, with their line numbers from 1.</summary>
    public IEnumerable<(int Line, string Text)> CodeLines() => Lines().Where(l => l.InCode).Select(l => (l.Number, l.Text.Trim()));

    /// <summary>What stands between backticks outside of fences; a span that goes over a line's end is joined by a blank.</summary>
    public IEnumerable<(int Line, string Text)> CodeSpans()
    {
        foreach ((int line, string paragraph) in Paragraphs())
            foreach (Match span in SpanPattern().Matches(paragraph))
                yield return (line + paragraph[..span.Index].Count(c => c == '\n'), string.Join(' ', span.Groups[2].Value.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>The targets of links and images outside of code.</summary>
    public IEnumerable<(int Line, string Target)> Links()
    {
        foreach ((int line, string paragraph) in Paragraphs())
            foreach (Match link in LinkPattern().Matches(SpanPattern().Replace(paragraph, m => new string('x', m.Length))))
                yield return (line + paragraph[..link.Index].Count(c => c == '\n'), link.Groups[1].Value);
    }

    /// <summary>The anchors that its headings make: lower case, blanks as hyphens, without punctuation, numbered when they repeat.</summary>
    public IReadOnlySet<string> Anchors()
    {
        HashSet<string> anchors = [];
        foreach (string heading in Lines().Where(l => !l.InCode && HeadingPattern().IsMatch(l.Text)).Select(l => HeadingPattern().Match(l.Text).Groups[1].Value))
        {
            string slug = new([.. heading.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c)]);
            string unique = slug;
            for (int again = 1; !anchors.Add(unique); again++) unique = $"{slug}-{again}";
        }
        return anchors;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private IEnumerable<(int Line, string Text)> Paragraphs()
    {
        List<string> paragraph = [];
        int first = 0;
        foreach ((int number, string text, bool inCode) in Lines())
        {
            if (inCode || text.Trim().Length == 0)
            {
                if (paragraph.Count > 0) yield return (first, string.Join('\n', paragraph));
                paragraph.Clear();
                continue;
            }
            if (paragraph.Count == 0) first = number;
            paragraph.Add(text);
        }
        if (paragraph.Count > 0) yield return (first, string.Join('\n', paragraph));
    }

    private IEnumerable<(int Number, string Text, bool InCode)> Lines()
    {
        bool inCode = false;
        int number = 0;
        foreach (string line in System.IO.File.ReadLines(File))
        {
            number++;
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                inCode = !inCode;
                yield return (number, "", false);
            }
            else yield return (number, line, inCode);
        }
    }

    [GeneratedRegex("(`+)(.+?)\\1(?!`)", RegexOptions.Singleline)]
    private static partial Regex SpanPattern();

    [GeneratedRegex(@"\]\(([^()\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("^#{1,6} (.*)$")]
    private static partial Regex HeadingPattern();
}
