namespace StreamMoe.Streams.Files;

/// <summary>Opens a file as a stream of instances; its kind is told by the ending of its name.</summary>
public static class StreamFile
{
    /// <value>The endings that are read, in lower case; any case is recognised.</value>
    public static IReadOnlyList<string> Endings { get; } = [".csv", ".csv.gz", ".arff", ".arff.gz"];

    /// <summary>True when the name has one of the <see cref="Endings"/>; the file need not exist.</summary>
    public static bool HasKnownEnding(string path) => EndingOf(path) is not null;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file; it appears in messages as it is written here.</param>
    /// <param name="options">How to read it; null = the defaults.</param>
    /// <returns>A stream at the first row; the caller disposes of it.</returns>
    /// <exception cref="StreamFileException">The ending is unknown, or the file is missing, damaged or has a header that does not fit.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static StreamFileReader Open(string path, StreamFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new StreamFileOptions();
        options.Check();
        return EndingOf(path) switch
        {
            ".csv" or ".csv.gz" => new CsvStream(path, options),
            ".arff" or ".arff.gz" => new ArffStream(path, options),
            _ => throw UnknownEnding(path),
        };
    }

    /// <summary>The known ending of a name, in lower case, or null.</summary>
    internal static string? EndingOf(string path)
    {
        foreach (string ending in Endings)
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return ending;
        return null;
    }

    internal static StreamFileException UnknownEnding(string path)
        => new($"{path}: unknown ending; a stream file ends in {string.Join(", ", Endings)}.");

    /// <summary>The file's name without folder and ending: the relation of a stream that names none.</summary>
    internal static string RelationOf(string path)
    {
        string name = Path.GetFileName(path);
        return name[..^(EndingOf(name)?.Length ?? 0)];
    }
}
