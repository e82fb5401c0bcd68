using System.Diagnostics;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>A device that needs libtorch, in a build without it.</summary>
public sealed class DeviceWithoutLibtorchTests
{
    [Theory, InlineData("cpu"), InlineData("cuda"), InlineData("cuda:1")]
    public async Task Replay_DeviceOfTorch_SaysWhatTheLoaderSaysAndNothingOnStandardOutput(string device)
    {
        Assert.SkipWhen(Directory.EnumerateFiles(AppContext.BaseDirectory, "libtorch_cpu.so", SearchOption.AllDirectories).Any(), "This build has the native libtorch (Torch=cpu or cuda).");
        using Process program = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "streammoe.dll"), "replay", "sea-abrupt", "--instances", "100", "--model", "moe-data", "--set", "router.device=" + device])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = program.StandardError.ReadToEndAsync();
        string output = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();

        Assert.Equal((2, ""), (program.ExitCode, output));
        Assert.Contains($"router.device was '{device}'; libtorch could not be loaded. Build with -p:Torch=cpu or cuda", await error);
        Assert.Contains("libtorch_cpu.so: cannot open shared object file", await error);
    }
}
