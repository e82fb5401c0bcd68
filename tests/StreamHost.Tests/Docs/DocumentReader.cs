using System.Diagnostics;
using System.Globalization;
using StreamMoe.StreamHost.Commands;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>Somebody who types what the documents show, into a folder with the files that they speak of. <c>./streammoe</c>, and
/// <c>streammoe</c> on the PATH, start the program that was built with the tests.</summary>
public sealed class DocumentReader : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public DocumentReader()
    {
        _path = Path.GetDirectoryName(_folder.File("x"))!;
        string program = _folder.Write("streammoe", $"#!/usr/bin/env bash\nexec \"{Host}\" \"{typeof(CommandLine).Assembly.Location}\" \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string rows = string.Join("\n", Enumerable.Range(0, 120).Select(i => $"{i % 60},{(i % 3 == 0 ? "free" : "paid")},{(i % 4 == 0 ? "yes" : "no")}"));
        _folder.Write("my-data.csv", $"age,plan,churned\n{rows}\n");
        _folder.Write("errors.txt", string.Concat(Enumerable.Range(0, 600).Select(i => i < 400 ? '0' : '1')));
        _folder.Write("worker.json", "{}");
        foreach (string name in (string[])["electricity.arff.gz", "noaa-weather.arff.gz"]) Prepare($"generate sea-abrupt --instances 200 --output {name}");
        Directory.CreateDirectory(_folder.File("state/streammoe/events-0"));
        Prepare("replay sea-abrupt --instances 300 --model naive-bayes --checkpoint state/streammoe/events-0/00000000000000000300.checkpoint");
    }

    /// <summary>Types a line into Bash.</summary>
    internal Shell Type(string line, params (string Name, string Value)[] variables)
        => Shell.Run("bash", ["-c", line], _path, [("PATH", $"{_path}:{Environment.GetEnvironmentVariable("PATH")}"), .. variables]);

    /// <summary>Starts a worker and reads the address that it prints.</summary>
    /// <returns>The process, and its port.</returns>
    internal (Process Worker, int Port) Serve(string line)
    {
        ProcessStartInfo start = new("bash", ["-c", $"exec {line}"]) { WorkingDirectory = _path, RedirectStandardError = true };
        start.Environment["STREAMMOE__HTTP__PORT"] = "0"; // any free one: another worker may run here
        start.Environment["PATH"] = $"{_path}:{start.Environment["PATH"]}";
        Process worker = Process.Start(start)!;
        string? said = worker.StandardError.ReadLine();
        _ = worker.StandardError.ReadToEndAsync(); // so that it never waits for a reader
        const string before = "live page http://127.0.0.1:";
        if (said is null || !said.Contains(before, StringComparison.Ordinal))
        {
            worker.Kill();
            throw new InvalidOperationException($"{line} said: {said}");
        }
        return (worker, int.Parse(said[(said.IndexOf(before, StringComparison.Ordinal) + before.Length)..].Split('/')[0], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _folder.Dispose();

    private static string Host => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    private void Prepare(string arguments)
    {
        Shell run = Type("./streammoe " + arguments);
        Assert.True(run.ExitCode == 0, $"{arguments}: {run.Error}");
    }
}
