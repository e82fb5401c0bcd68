using System.IO.Compression;

namespace StreamMoe.Tests.Common;

/// <summary>Finds the reference data under tests/Golden, from wherever the test runs.</summary>
internal static class GoldenFiles
{
    public static string Root { get; } = FindRepositoryRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, "tests", "Golden", .. parts]);

    /// <summary>Opens a file under tests/Golden; a name that ends in .gz is decompressed.</summary>
    public static Stream Open(params string[] parts)
    {
        string path = Path(parts);
        Stream file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static string FindRepositoryRoot()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(System.IO.Path.Combine(d.FullName, "StreamMoe.sln"))) return d.FullName;
        throw new DirectoryNotFoundException($"No StreamMoe.sln above {AppContext.BaseDirectory}.");
    }
}
