using System.Diagnostics;
using System.Globalization;
using StreamMoe.StreamHost.Commands;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>Too few file descriptors are told as such, whether the program sees it first or the runtime does.</summary>
public sealed class FileLimitTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    public async Task TooFewFiles_IsToldWithWhatToDo(int limit)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit of open files is Linux's.");
        ProcessStartInfo start = new("bash", ["-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {limit}; exec \"$@\""), "bash", "dotnet", typeof(CommandLine).Assembly.Location, "streams"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using Process run = Process.Start(start)!;
        Task<string> output = run.StandardOutput.ReadToEndAsync();
        string error = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((1, ""), (run.ExitCode, await output));
        Assert.Contains("ulimit -n", error, StringComparison.Ordinal);
    }
}
