using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Structure;

/// <summary>Keeps the folders of each project free of circles, and docs/architecture.md a picture of them.</summary>
public sealed class FolderTests
{
    public static TheoryData<string> Projects => ["Streams", "Experts", "DriftMoe", "Worker", "StreamHost"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void NoFolder_UsesItself_OverOthers(string project) => Assert.Empty(new FolderGraph(project).InCircles);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Diagram_ShowsTheArrowsOfTheCode(string project)
    {
        string[] drawn = [.. SectionOf(project).SkipWhile(line => line != "```mermaid").Skip(1).TakeWhile(line => line != "```").Select(line => line.Trim()).Where(line => line.Contains("-->"))];

        Assert.Equal(string.Join('\n', new FolderGraph(project).Arrows), string.Join('\n', drawn.Order()));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void EveryFolder_IsExplained(string project)
    {
        string text = string.Join('\n', SectionOf(project));

        Assert.All(new FolderGraph(project).Folders, folder => Assert.Contains($"**{folder}**", text));
    }

    private static IEnumerable<string> SectionOf(string project)
        => File.ReadAllLines(Path.Combine(GoldenFiles.Root, "docs", "architecture.md")).SkipWhile(line => line != $"## {project}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
}
