using System.Diagnostics;
using StreamMoe.StreamHost.Commands;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Kafka;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary><c>serve</c> with brokers loads the librdkafka of its own package, on a system that has none and on one that has Debian's old one.</summary>
[Trait("Category", "Slow")]
public sealed class ServeLibraryTests(ITestOutputHelper output)
{
    private static readonly string s_wrapper = Path.Combine(GoldenFiles.Root, ".ci", "with-librdkafka");

    [Theory]
    [InlineData("none", 0)]
    [InlineData("debian", 1)]
    public void Serve_WithBrokers_MapsThePackagesLibrary(string system, int filesOfSystem)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can hide the system's librdkafka from one process.");
        Assert.SkipUnless(Run("unshare", "-m", "true").Code == 0, "This machine allows no mount namespace in which the system's librdkafka could be hidden.");
        Assert.SkipWhen(system == "debian" && !File.Exists("/etc/debian_version"), "Debian's librdkafka is laid over the folders of Debian and what is made of it alone.");

        (int code, string said) = Run(s_wrapper, system, "find", "/usr/lib", "-path", "/usr/lib/*-linux-gnu/librdkafka.so");
        Assert.True(code == 0 && said.Count(c => c == '\n') == filesOfSystem, said);
        using ServiceBench bench = new(output, partitions: 1);
        using WorkerProcess worker = bench.Group("library").StartThrough(s_wrapper, system);
        worker.AwaitReady();

        string file = Assert.Single(MappedFiles.Of(worker.Id.ToString()), MappedFiles.IsLibrdkafka);
        output.WriteLine(file);
        Assert.StartsWith(Path.GetDirectoryName(typeof(CommandLine).Assembly.Location)!, file);
        Assert.Equal(0, worker.Stop());
    }

    private static (int Code, string Said) Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
