using System.Reflection;
using PublicApiGenerator;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Api;

/// <summary>What the libraries offer stands in a file each, so that a change to it is seen, and is meant.</summary>
public sealed class PublicSurfaceTests
{
    /// <summary>With this variable set to 1 the test writes the files instead of comparing with them.</summary>
    private const string Update = "STREAMMOE_UPDATE_API";

    [Theory]
    [InlineData("Streams")]
    [InlineData("Experts")]
    [InlineData("Experts.Torch")]
    [InlineData("DriftMoe")]
    [InlineData("Worker")]
    public void Library_Offers_WhatItsFileSays(string library)
    {
        string file = Path.Combine(GoldenFiles.Root, "tests", "StreamHost.Tests", "Api", $"{library}.txt");
        string found = Assembly.Load("StreamMoe." + library).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(file, found);
        string[] expected = File.Exists(file) ? File.ReadAllLines(file) : [], lines = found.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.True(lines.SequenceEqual(expected),
            $"StreamMoe.{library} offers something else than {file} says.\nGone or changed (a breaking change):\n  {string.Join("\n  ", expected.Except(lines).Take(20))}\n"
            + $"New:\n  {string.Join("\n  ", lines.Except(expected).Take(20))}\n"
            + $"If that is meant: {Update}=1 dotnet test tests/StreamHost.Tests -c Release --filter FullyQualifiedName~PublicSurface, note it in CHANGELOG.md, and commit the file.");
    }
}
