using System.Diagnostics;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Containers;

/// <summary>docker/check: what can be checked of the image without Docker.</summary>
[Trait("Category", "Slow")]
public sealed class ImageCheckTests(ITestOutputHelper output)
{
    [Fact]
    public void Check_PublishedAsInTheImage_RunsWithNothingWritableAndEndsOnSigterm() => Check();

    [Fact]
    public void Check_SelfContainedSingleFile_RunsWithoutDotnet() => Check("--single-file");

    private void Check(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(GoldenFiles.Root, "docker", "check"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        output.WriteLine(said);
        Assert.True(process.ExitCode == 0, said);
        Assert.EndsWith("check: good", said.TrimEnd());
    }
}
