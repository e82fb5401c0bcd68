using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StreamMoe.StreamHost.Commands;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A worker whose log goes to a full disk.</summary>
[Trait("Category", "Slow")]
public sealed class FullLogTests
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public void LogCannotBeWritten_WorkerLearnsOnIsLiveAndEndsWhenTold()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full, which refuses every byte as a full disk does.");
        int port = FreePort();
        ProcessStartInfo start = new("bash", ["-c", "exec \"$@\" >/dev/full 2>/dev/full", "bash", "dotnet", typeof(CommandLine).Assembly.Location, "serve",
            "--set", string.Create(CultureInfo.InvariantCulture, $"http:port={port}"), "--set", "embedded:driftEvery=2000", "--set", "embedded:rate=4000"]);
        using Process worker = Process.Start(start)!;
        try
        {
            // Drifts and what follows from them are lines of the log.
            Await(worker, () => LearnedAt(port) > 20_000, "20,000 instances");
            using (HttpResponseMessage live = s_http.Send(new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/health/live"))) Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            using Process kill = Process.Start("kill", ["-TERM", worker.Id.ToString(CultureInfo.InvariantCulture)]);
            Assert.True(worker.WaitForExit(TimeSpan.FromMinutes(1)), "the worker did not end");
            Assert.Equal(0, worker.ExitCode);
        }
        finally
        {
            if (!worker.HasExited) worker.Kill();
        }
    }

    private static long LearnedAt(int port)
    {
        try
        {
            using HttpResponseMessage status = s_http.Send(new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/api/status"));
            using JsonDocument json = JsonDocument.Parse(status.Content.ReadAsStream());
            return json.RootElement.GetProperty("learners").EnumerateArray().Sum(l => l.GetProperty("learned").GetInt64());
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static void Await(Process worker, Func<bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.False(worker.HasExited, "the worker ended by itself");
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"waited in vain for {what}");
            worker.WaitForExit(TimeSpan.FromMilliseconds(50));
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
