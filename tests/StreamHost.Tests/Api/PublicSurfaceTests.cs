using System.Reflection;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Api;

/// <summary>What the three libraries offer stands in a file each, so that a change to it is seen, and is meant.</summary>
public sealed class PublicSurfaceTests
{
    /// <summary>With this variable set to 1 the test writes the files instead of comparing with them.</summary>
    private const string Update = "STREAMMOE_UPDATE_API";

    [Theory]
    [InlineData("Streams")]
    [InlineData("Experts")]
    [InlineData("DriftMoe")]
    public void Library_Offers_WhatItsFileSays(string library)
    {
        string file = Path.Combine(GoldenFiles.Root, "tests", "StreamHost.Tests", "Api", $"{library}.txt");
        string found = PublicSurface.Of(Assembly.Load("StreamMoe." + library));
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(file, found);
        string[] expected = File.Exists(file) ? File.ReadAllLines(file) : [];
        string[] lines = found.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        string[] gone = [.. Named(expected).Except(Named(lines))], added = [.. Named(lines).Except(Named(expected))];
        Assert.True(gone.Length + added.Length == 0 && lines.SequenceEqual(expected),
            $"StreamMoe.{library} offers something else than {file} says.\nGone or changed (a breaking change):\n  {string.Join("\n  ", gone.Take(20))}\nNew:\n  {string.Join("\n  ", added.Take(20))}\n"
            + $"If that is meant: {Update}=1 dotnet test tests/StreamHost.Tests -c Release --filter FullyQualifiedName~PublicSurface, note it in CHANGELOG.md, and commit the file.");
    }

    [Fact]
    public void Surface_HasTypesMembersAndTheirSignatures()
    {
        string found = PublicSurface.Of(Assembly.Load("StreamMoe.Streams"));

        Assert.Contains("\nabstract class Streams.InstanceStream : IDisposable\n", found);
        Assert.Contains("  static InstanceStream Open(", found.Replace("Streams.InstanceStream Open", "InstanceStream Open"));
        Assert.DoesNotContain("StreamMoe.", found);
    }

    /// <summary>Each member under its type's name, so that a member that moved is seen.</summary>
    private static IEnumerable<string> Named(string[] lines)
    {
        string type = "";
        foreach (string line in lines)
        {
            if (!line.StartsWith(' ')) type = line.Split(" : ")[0].Split(' ')[^1];
            yield return line.StartsWith(' ') ? $"{type}: {line.Trim()}" : line;
        }
    }
}
