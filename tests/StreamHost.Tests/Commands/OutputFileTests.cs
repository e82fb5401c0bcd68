using System.Diagnostics;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>What options write to: files of their own, pipes and devices that take a stream, and never something else.</summary>
public sealed class OutputFileTests : IDisposable
{
    private const string Replay = "replay sea-abrupt --model majority --instances 300";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--report")]
    [InlineData("--predictions")]
    public void DevNull_TakesAStreamAndStays(string option)
    {
        Assert.Equal(0, Run(option, "/dev/null").ExitCode);
        Assert.True(File.GetAttributes("/dev/null").HasFlag(FileAttributes.Normal) && new FileInfo("/dev/null").Length == 0 && !File.Exists("/dev/.null.tmp"));
        using FileStream device = File.OpenWrite("/dev/null");
        Assert.False(device.CanSeek && device.Length > 0);
    }

    [Theory]
    [InlineData("/dev/null", "a pipe or a device")]
    [InlineData("/dev/stdout", null)]
    public void Checkpoint_OnADevice_IsRefused(string path, string? why)
    {
        Cli run = Run("--checkpoint", path);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"streammoe: --checkpoint was '{path}', which is ", run.Error, StringComparison.Ordinal);
        if (why is not null) Assert.Contains(why, run.Error);
    }

    [Theory]
    [InlineData("--report", 0)]
    [InlineData("--predictions", 0)]
    [InlineData("--checkpoint", 2)]
    public async Task Fifo_TakesWhatIsStreamed(string option, int code)
    {
        string fifo = _folder.File("fifo");
        Process.Start("mkfifo", [fifo]).WaitForExit();
        using Process cat = Process.Start(new ProcessStartInfo("cat", [fifo]) { RedirectStandardOutput = true })!;
        Task<string> read = cat.StandardOutput.ReadToEndAsync();
        Assert.Equal(code, Run(option, fifo).ExitCode);
        if (code != 0)
        {
            cat.Kill();
            await cat.WaitForExitAsync();
            return;
        }
        Assert.StartsWith(option == "--report" ? "<!DOCTYPE html>" : "position,label,prediction\n0,", await read, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("--report")]
    [InlineData("--predictions")]
    [InlineData("--checkpoint")]
    public void SymbolicLink_StaysAndItsFileIsWritten(string option)
    {
        string link = _folder.File("link"), middle = _folder.File("middle"), target = _folder.File("target");
        File.CreateSymbolicLink(link, "middle");
        File.CreateSymbolicLink(middle, target);
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(0, Run(option, link).ExitCode);
            Assert.Equal("middle", new FileInfo(link).LinkTarget);
            Assert.True(new FileInfo(target).Length > 0);
            Assert.Null(new FileInfo(target).LinkTarget);
        }
    }

    [Theory]
    [InlineData("in.csv")]
    [InlineData("./in.csv")]
    [InlineData("hard.csv")]
    [InlineData("soft.csv")]
    [InlineData("folder/../in.csv")]
    [InlineData("other/in.csv")]
    public void InputAsOutput_IsRefusedAndUntouched(string spelling)
    {
        string input = _folder.Write("in.csv", "a,class\n1,x\n2,y\n"), output = Path.Combine(_folder.File(""), spelling);
        Directory.CreateDirectory(_folder.File("folder"));
        Process.Start("ln", [input, _folder.File("hard.csv")]).WaitForExit();
        File.CreateSymbolicLink(_folder.File("soft.csv"), input);
        File.CreateSymbolicLink(_folder.File("other"), _folder.File(""));
        foreach (string[] command in (string[][])[
            ["replay", input, "--model", "majority", "--report", output], ["replay", input, "--model", "majority", "--predictions", output],
            ["replay", input, "--model", "majority", "--checkpoint", output], ["generate", input, "--output", output],
            ["compare", input, "--models", "majority", "--seeds", "1", "--report", output], ["compare", "--results", input, "--report", output]])
        {
            Cli run = Cli.Run(command);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("which is the same file as", run.Error);
            Assert.Equal("a,class\n1,x\n2,y\n", File.ReadAllText(input));
        }
    }

    [Theory]
    [InlineData("--report", "--predictions")]
    [InlineData("--report", "--checkpoint")]
    [InlineData("--predictions", "--checkpoint")]
    public void OutputAsOutput_IsRefusedBeforeAnythingIsWritten(string one, string other)
    {
        Cli run = Run(one, _folder.File("out"), other, Path.Combine(_folder.File("."), "out"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("which is the same file as --", run.Error);
        Assert.Empty(Directory.EnumerateFiles(_folder.File("")));
    }

    [Fact]
    public void ResumedCheckpointAndConfiguration_AreInputs()
    {
        string state = _folder.File("state"), configuration = _folder.Write("worker.json", """{"model":{"preset":"majority"}}""");
        Assert.Equal(0, Run("--checkpoint", state, "--stop-after", "100").ExitCode);
        byte[] before = File.ReadAllBytes(state);
        Assert.Equal(2, Run("--resume", state, "--checkpoint", state).ExitCode);
        Assert.Equal(2, Run("--resume", state, "--report", state).ExitCode);
        Assert.Equal(before, File.ReadAllBytes(state));
        Assert.Equal(2, Cli.Run(["replay", "sea-abrupt", "--instances", "10", "--config", configuration, "--predictions", configuration]).ExitCode);
    }

    [Fact]
    public void LinksInACircle_AreAnError()
    {
        File.CreateSymbolicLink(_folder.File("a"), "b");
        File.CreateSymbolicLink(_folder.File("b"), "a");
        Assert.Equal(2, Run("--report", _folder.File("a")).ExitCode);
    }

    private static Cli Run(params string[] more) => Cli.Run([.. Replay.Split(' '), .. more]);
}
