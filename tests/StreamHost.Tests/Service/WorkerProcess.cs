using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamMoe.StreamHost.Commands;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary><c>streammoe serve</c> as a process of its own, which a test can kill.</summary>
internal sealed partial class WorkerProcess : IDisposable
{
    private const int Terminated = 15, Stopped = 19, Continued = 18;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120), s_again = TimeSpan.FromMilliseconds(20);
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly Process _process;
    private readonly object _lock = new();
    private readonly List<string> _log = [];
    private bool _disposed;

    /// <param name="settings">Section, key and value of each <c>--set</c>; <c>http:port=0</c> is added.</param>
    /// <param name="wrapper">A command, and its first arguments, that replaces itself by the command it is given.</param>
    public WorkerProcess(IEnumerable<string> settings, params IReadOnlyList<string> wrapper)
    {
        ProcessStartInfo start = new(wrapper.FirstOrDefault(Host), wrapper.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (wrapper.Count > 0) start.ArgumentList.Add(Host);
        start.ArgumentList.Add(typeof(CommandLine).Assembly.Location);
        start.ArgumentList.Add("serve");
        foreach (string setting in settings.Append("http:port=0"))
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(setting);
        }
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("STREAMMOE__", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <value>What it has said so far, line by line.</value>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_lock) return [.. _log];
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <value>The address that it printed; null before that.</value>
    public string? Address => Log.Select(line => AddressPattern().Match(line)).FirstOrDefault(m => m.Success)?.Value;

    /// <summary>Waits until it says something.</summary>
    public string AwaitLine(Func<string, bool> isIt, string what)
    {
        string? found = null;
        Await(() => (found = Log.FirstOrDefault(isIt)) is not null, what);
        return found!;
    }

    /// <summary>Waits until it is a member of its group and every partition is restored.</summary>
    public void AwaitReady() => Await(() => Get("/health/ready") is (HttpStatusCode.OK, _), "readiness");

    /// <summary>Waits until something is the case; fails when the process ends before, or it takes too long.</summary>
    public void Await(Func<bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (_process.HasExited && !condition()) throw Failure($"The worker ended with exit code {_process.ExitCode} while the test waited for {what}.");
            if (Stopwatch.GetElapsedTime(began) > s_patience) throw Failure($"The test waited {s_patience.TotalSeconds} s in vain for {what}.");
            lock (_lock) Monitor.Wait(_lock, s_again);
        }
    }

    /// <summary>The partitions of all learners in <c>/api/status</c>; none while it cannot be had.</summary>
    public IReadOnlyList<JsonElement> Partitions()
    {
        if (Get("/api/status") is not (HttpStatusCode.OK, { } text)) return [];
        using JsonDocument document = JsonDocument.Parse(text);
        return [.. document.RootElement.GetProperty("learners").EnumerateArray().SelectMany(l => l.GetProperty("partitions").EnumerateArray()).Select(p => p.Clone())];
    }

    /// <summary>The learners of <c>/api/status</c>; none while it cannot be had.</summary>
    public IReadOnlyList<JsonElement> Learners()
    {
        if (Get("/api/status") is not (HttpStatusCode.OK, { } text)) return [];
        using JsonDocument document = JsonDocument.Parse(text);
        return [.. document.RootElement.GetProperty("learners").EnumerateArray().Select(l => l.Clone())];
    }

    /// <summary>A figure of its learners, or, where they do not have it, of their partitions, added up.</summary>
    public long Sum(string figure) => Learners().Sum(l => l.TryGetProperty(figure, out JsonElement own) ? own.GetInt64()
        : l.GetProperty("partitions").EnumerateArray().Sum(p => p.GetProperty(figure).GetInt64()));

    /// <summary>Ends it at once, as a crash would (SIGKILL).</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate()
    {
        if (Signal(_process.Id, Terminated) != 0) throw Failure("SIGTERM could not be sent.");
    }

    /// <summary>Lets it stand still (SIGSTOP).</summary>
    public void Suspend()
    {
        if (Signal(_process.Id, Stopped) != 0) throw Failure("SIGSTOP could not be sent.");
    }

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Continue()
    {
        if (Signal(_process.Id, Continued) != 0) throw Failure("SIGCONT could not be sent.");
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public int AwaitExit()
    {
        if (!_process.WaitForExit(s_patience)) throw Failure($"The worker did not end within {s_patience.TotalSeconds} s.");
        _process.WaitForExit(); // until the last line was read
        return _process.ExitCode;
    }

    /// <summary>Waits a time, or until it ends.</summary>
    public void Run(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>SIGTERM, and the exit code.</summary>
    public int Stop()
    {
        Terminate();
        return AwaitExit();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private static string Host => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>What a page answers; null when it cannot be had.</summary>
    public (HttpStatusCode Status, string Text)? Get(string path)
    {
        if (Address is not { } address) return null;
        try
        {
            using HttpResponseMessage response = s_http.Send(new HttpRequestMessage(HttpMethod.Get, address + path));
            using StreamReader reader = new(response.Content.ReadAsStream());
            return (response.StatusCode, reader.ReadToEnd());
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            _log.Add(line);
            Monitor.PulseAll(_lock);
        }
    }

    private InvalidOperationException Failure(string what)
        => new(string.Create(CultureInfo.InvariantCulture, $"{what} It said:{Environment.NewLine}{string.Join(Environment.NewLine, Log.TakeLast(40))}"));

    [GeneratedRegex(@"http://[\d.]+:\d+(?=/api/status)")]
    private static partial Regex AddressPattern();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
