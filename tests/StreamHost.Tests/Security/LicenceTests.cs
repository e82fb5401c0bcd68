using System.Text.RegularExpressions;
using System.Xml.Linq;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Security;

/// <summary>docs/licences.md has everything that is not ours: every package of Directory.Packages.props, and every file taken in.</summary>
public sealed partial class LicenceTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docs", "licences.md"));

    [Fact]
    public void Packages_HaveALicenceEach_AndNoOthersStandThere()
    {
        string[] packages = [.. XDocument.Load(Path.Combine(GoldenFiles.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value)];
        Dictionary<string, string> listed = RowPattern().Matches(s_text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

        Assert.True(packages.Length > 10);
        Assert.Empty(packages.Except(listed.Keys).Concat(listed.Keys.Except(packages)));
        Assert.All(listed.Values, licence => Assert.Matches("^(MIT|Apache-2.0|BSD-2-Clause|BSD-3-Clause)( |$)", licence));
    }

    /// <summary>A file of the assets is said to be ours, or stands among those that were taken in; what was taken in has its licence beside it.</summary>
    [Fact]
    public void Assets_AreEachOursOrHaveALicence()
    {
        string folder = Path.Combine(GoldenFiles.Root, "src", "Worker", "Assets");
        string[] files = [.. Directory.GetFiles(folder).Concat(Directory.GetFiles(Path.Combine(GoldenFiles.Root, "src", "StreamHost", "Assets"))).Select(f => Path.GetFileName(f))];
        string[] named = [.. Regex.Matches(s_text, "`([^`/]+\\.(?:css|js|svg|html|txt))`").Select(m => m.Groups[1].Value)];

        Assert.Empty(files.Except(named));
        Assert.Empty(named.Except(files));
        Assert.Contains("Permission is hereby granted", File.ReadAllText(Path.Combine(folder, "uPlot.LICENSE.txt")));
    }

    [GeneratedRegex(@"^\| ([A-Za-z][\w.-]+) \| ([A-Z][^|]*?) \|", RegexOptions.Multiline)]
    private static partial Regex RowPattern();
}
