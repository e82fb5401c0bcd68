using System.Runtime.InteropServices;

namespace StreamMoe.StreamHost;

/// <summary>How many files the process may have open.</summary>
internal static partial class FileLimit
{
    /// <summary>The fewest with which the program begins: 256, about half of them for the runtime and the program's own parts.</summary>
    public const ulong Fewest = 256;

    private const int OpenFiles = 7; // RLIMIT_NOFILE of getrlimit(2) on Linux

    /// <summary>What to do when too few files may be open; null when there are enough, or it is not known.</summary>
    public static string? Shortage()
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<ulong> limits = stackalloc ulong[2]; // soft, hard
        return GetLimit(OpenFiles, ref limits[0]) == 0 && limits[0] < Fewest
            ? $"the process may have {limits[0]} files open; it needs {Fewest}, and 1,024 are plenty. Raise the limit (ulimit -n, LimitNOFILE=)." : null;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int what, ref ulong limits);
}
