using System.Reflection;
using System.Runtime.InteropServices;
using NodaTime;

namespace StreamMoe.StreamHost.Reports;

/// <summary>Where figures come from: the command, the program and the machine.</summary>
internal sealed record ReportOrigin
{
    /// <value>The command line that makes them again, for a POSIX shell.</value>
    public required string Command { get; init; }

    /// <value>The program's version.</value>
    public required string Version { get; init; }

    /// <value>The commit that it was built from; empty when that is not known.</value>
    public required string Commit { get; init; }

    /// <value>The .NET that ran it.</value>
    public required string Runtime { get; init; }

    public required string OperatingSystem { get; init; }

    /// <value>The processor's name and its number of cores as the program sees them.</value>
    public required string Processor { get; init; }

    /// <value>When the report was made.</value>
    public required Instant Made { get; init; }

    /// <summary>Asks the process that it runs in.</summary>
    /// <param name="arguments">The arguments that the program was called with.</param>
    /// <param name="clock">What time it is.</param>
    public static ReportOrigin OfThisProcess(IEnumerable<string> arguments, IClock clock)
    {
        string[] version = (typeof(ReportOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+', 2);
        return new ReportOrigin
        {
            Command = string.Join(' ', arguments.Select(Quoted).Prepend("streammoe")),
            Version = version[0],
            Commit = version.Length > 1 ? version[1] : "",
            Runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}",
            OperatingSystem = RuntimeInformation.OSDescription,
            Processor = $"{ProcessorName()}, {Environment.ProcessorCount} core{(Environment.ProcessorCount == 1 ? "" : "s")}",
            Made = clock.GetCurrentInstant(),
        };
    }

    /// <summary>An argument as a POSIX shell reads it back.</summary>
    internal static string Quoted(string argument)
        => argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@%+".Contains(c)) ? argument : $"'{argument.Replace("'", "'\\''")}'";

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? "unknown processor";
    }
}
