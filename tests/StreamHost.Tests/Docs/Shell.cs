using System.Diagnostics;

namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>Runs a program to its end and keeps what it prints.</summary>
internal sealed record Shell(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a program in a folder, without the variables STREAMMOE__… of this process.</summary>
    /// <exception cref="TimeoutException">It did not end within two minutes, and was ended.</exception>
    public static Shell Run(string program, IEnumerable<string> arguments, string folder, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("STREAMMOE__", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} did not end within two minutes.");
        }
        return new Shell(process.ExitCode, output.Result, error.Result);
    }
}
