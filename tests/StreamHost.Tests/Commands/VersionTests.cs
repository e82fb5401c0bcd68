using StreamMoe.StreamHost.Commands;
using StreamMoe.StreamHost.Tests.Docs;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary><c>streammoe --version</c>.</summary>
public sealed class VersionTests
{
    /// <summary>The version and the commit, where there is a git repository to ask; else it says that it is of no commit.</summary>
    [Fact]
    public void Version_HasTheCommitOrSaysDev()
    {
        Shell run = Shell.Run("dotnet", [typeof(CommandLine).Assembly.Location, "--version"], GoldenFiles.Root);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(Path.Exists(Path.Combine(GoldenFiles.Root, ".git")) ? @"^\d+\.\d+\.\d+\+[0-9a-f]{40}\s*$" : @"^\d+\.\d+\.\d+-dev\s*$", run.Output);
    }
}
