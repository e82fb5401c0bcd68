namespace StreamMoe.Tests.Common.Kafka;

/// <summary>The files that a process has mapped, as Linux tells in <c>/proc/PID/maps</c>: its native libraries are among them.</summary>
internal static class MappedFiles
{
    /// <summary>Full paths, each once.</summary>
    /// <param name="process">A process id, or <c>self</c>.</param>
    public static IReadOnlyList<string> Of(string process)
        => [.. File.ReadLines($"/proc/{process}/maps").Where(l => l.Contains('/')).Select(l => l[l.IndexOf('/')..]).Distinct()];

    /// <summary>Whether a path is a librdkafka, under any of the names that it is given.</summary>
    public static bool IsLibrdkafka(string path) => Path.GetFileName(path).Contains("librdkafka", StringComparison.Ordinal);
}
