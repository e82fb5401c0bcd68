using System.Text.RegularExpressions;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Structure;

/// <summary>Which folder of a project uses which others, by the using directives of its files. Files that lie in the project's own folder are no part of it.</summary>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<string, SortedSet<string>> _uses = [];

    /// <param name="project">A folder of <c>src</c>.</param>
    public FolderGraph(string project)
    {
        string root = Path.Combine(GoldenFiles.Root, "src", project);
        foreach (string folder in Directory.GetDirectories(root).Where(f => Directory.EnumerateFiles(f, "*.cs", SearchOption.AllDirectories).Any()))
        {
            IEnumerable<string> used = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => UsingDirective().Matches(File.ReadAllText(file)))
                .Where(use => use.Groups["project"].Value == project)
                .Select(use => use.Groups["folder"].Value);
            string name = Path.GetFileName(folder);
            _uses[name] = [.. used.Where(other => other != name)];
        }
    }

    /// <summary>The folders, in the order of the alphabet.</summary>
    public IEnumerable<string> Folders => _uses.Keys.Order();

    /// <summary>The folders that are reached from themselves.</summary>
    public IEnumerable<string> InCircles => Folders.Where(f => ReachedFrom(f).Contains(f));

    /// <summary>The arrows that no longer way replaces, as a diagram has them: a line a folder that uses another.</summary>
    public IEnumerable<string> Arrows =>
        from folder in Folders
        let near = _uses[folder].Where(used => !_uses[folder].Any(other => other != used && ReachedFrom(other).Contains(used))).ToList()
        where near.Count > 0
        select $"{folder} --> {string.Join(" & ", near)}";

    private HashSet<string> ReachedFrom(string folder)
    {
        HashSet<string> reached = [];
        Stack<string> left = new(_uses[folder]);
        while (left.TryPop(out string? next))
            if (reached.Add(next))
                foreach (string used in _uses[next]) left.Push(used);
        return reached;
    }

    [GeneratedRegex(@"^using (?:static |\w+ = )?StreamMoe\.(?<project>\w+)\.(?<folder>\w+)[\w.]*;", RegexOptions.Multiline)]
    private static partial Regex UsingDirective();
}
