using StreamMoe.Streams.Files.Csv;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Streams.Files.Arff;

namespace StreamMoe.Streams.Files;

/// <summary>Opens a file as a stream of instances; its kind is told by the ending of its name.</summary>
public static class StreamFile
{
    /// <value>The endings that are read, in lower case; any case is recognised.</value>
    public static IReadOnlyList<string> Endings { get; } = [".csv", ".csv.gz", ".tsv", ".tsv.gz", ".arff", ".arff.gz"];

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
        if (EndingOf(path) is not { } ending) throw UnknownEnding(path);
        return Open(SourceOf(path, ending, () => InputFile.Open(path)), options);
    }

    /// <summary>Opens a text and reads its header.</summary>
    /// <param name="source">The text.</param>
    /// <param name="options">How to read it; null = the defaults.</param>
    /// <returns>A stream at the first row; the caller disposes of it.</returns>
    /// <exception cref="StreamFileException">The text is damaged or has a header that does not fit.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal static StreamFileReader Open(TextSource source, StreamFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new StreamFileOptions();
        options.Check();
        return source.Kind == TextKind.Arff ? new ArffStream(source, options) : new CsvStream(source, options);
    }

    /// <summary>A file's text by its ending, opened by the caller's means.</summary>
    /// <param name="path">The file as messages have it.</param>
    /// <param name="ending">One of <see cref="Endings"/>, with or without what says how the text is packed.</param>
    /// <param name="open">Opens the text.</param>
    internal static TextSource SourceOf(string path, string ending, Func<Stream> open) => new()
    {
        Name = path,
        Kind = ending.StartsWith(".arff", StringComparison.Ordinal) ? TextKind.Arff : TextKind.Csv,
        Delimiter = ending.StartsWith(".tsv", StringComparison.Ordinal) ? '\t' : ',',
        Open = open,
        Relation = Path.GetFileName(path)[..^ending.Length],
    };

    /// <summary>The known ending of a name, in lower case, or null.</summary>
    internal static string? EndingOf(string path)
    {
        foreach (string ending in Endings)
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return ending;
        return null;
    }

    internal static StreamFileException UnknownEnding(string path)
        => new($"{path}: unknown ending; a stream file ends in {string.Join(", ", Endings)}.");
}
