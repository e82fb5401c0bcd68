using System.Text.RegularExpressions;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>What documents link to, or name as a path, is there.</summary>
public sealed partial class LinkTests
{
    /// <value>Paths that are not of the repository, each with what it is.</value>
    private static readonly Dictionary<string, string> s_elsewhere = new()
    {
        ["./state"] = "the folder that a worker makes where it runs",
        ["out/streammoe"] = "what the command above it publishes",
    };

    [Fact]
    public void RelativeLinks_LeadToFilesAndHeadingsThatAreThere()
    {
        List<string> faults = [];
        int count = 0;
        foreach (Document document in Document.All)
        {
            foreach ((int line, string target) in document.Links().Where(l => !l.Target.Contains("://", StringComparison.Ordinal)))
            {
                count++;
                string[] parts = target.Split('#', 2);
                string file = parts[0].Length == 0 ? document.File : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document.File)!, parts[0]));
                if (!Path.Exists(file)) faults.Add($"{document}:{line}: {target}: nothing is there");
                else if (parts.Length > 1 && !new Document(Path.GetRelativePath(GoldenFiles.Root, file)).Anchors().Contains(parts[1])) faults.Add($"{document}:{line}: {target}: no such heading");
            }
        }
        Assert.True(count > 50, $"found {count} links");
        Assert.Empty(faults);
    }

    /// <summary>A path in backticks is one of the repository, or of a source or test project (the ending .cs may be left out).</summary>
    [Fact]
    public void PathsInBackticks_AreThere()
    {
        string[] roots = [GoldenFiles.Root, .. (string[])[.. Directory.GetDirectories(Path.Combine(GoldenFiles.Root, "src")), .. Directory.GetDirectories(Path.Combine(GoldenFiles.Root, "tests"))]];
        List<string> faults = [];
        int count = 0;
        foreach (Document document in Document.All)
        {
            foreach ((int line, string path) in document.CodeSpans().Where(s => PathPattern().IsMatch(s.Text) && !PlaceholderPattern().IsMatch(s.Text) && !s_elsewhere.ContainsKey(s.Text)))
            {
                count++;
                if (!roots.Append(Path.GetDirectoryName(document.File)!).Any(r => Path.Exists(Path.Combine(r, path)) || File.Exists(Path.Combine(r, path + ".cs")))) faults.Add($"{document}:{line}: {path}");
            }
        }
        Assert.True(count > 20, $"found {count} paths");
        Assert.Empty(faults);
    }

    [Fact]
    public void Elsewhere_IsStillNamed()
        => Assert.Empty(s_elsewhere.Keys.Except(Document.All.SelectMany(d => d.CodeSpans()).Select(s => s.Text)));

    [GeneratedRegex(@"^(\./)?[\w.-]+(/[\w.-]+)+/?$|^\./[\w.-]+$")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"(^|[/-])[A-Z]+(-[A-Z]+)*([./-]|$)")]
    private static partial Regex PlaceholderPattern();
}
