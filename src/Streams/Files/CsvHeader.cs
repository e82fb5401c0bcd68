using System.Text;

namespace StreamMoe.Streams.Files;

/// <summary>Reads the column names from the first row of a CSV file, and notices when that row is data.</summary>
internal static class CsvHeader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Reads the names.</summary>
    /// <exception cref="StreamFileException">The row is not a header: too few or too many columns, an empty name, one twice, or data.</exception>
    public static string[] Read(string path, long line, ReadOnlySpan<byte> row)
    {
        CellList cells = new(StreamFileReader.MaxColumns);
        if (CsvCells.Split(row, cells) is string problem) throw Fault(path, line, problem);
        if (cells.Count > cells.Kept) throw Fault(path, line, $"the header has {cells.Count} columns; at most {cells.Kept} are allowed.");
        for (int c = 0; c < cells.Count; c++)
            if (!cells.IsQuoted(c) && cells.Text(row, c).Contains((byte)'\r')) throw Fault(path, line, "a line ends in CR alone; lines end in LF or CRLF.");
        if (cells.Count < 2) throw Fault(path, line, $"the header has 1 column, {Snippet.Of(row)}; expected at least 2, separated by commas.");
        CheckNotData(path, line, row, cells);
        string[] names = new string[cells.Count];
        HashSet<string> distinct = new(StringComparer.Ordinal);
        for (int c = 0; c < names.Length; c++)
        {
            names[c] = Decode(path, line, cells.Text(row, c));
            if (names[c].Length == 0) throw Fault(path, line, $"column {c + 1} has no name; the first line must name every column.");
            if (!distinct.Add(names[c]))
                throw Fault(path, line, $"the column name {Snippet.Of(names[c])} stands twice; names must be distinct. If the first line is data, put a line with the column names before it.");
        }
        return names;
    }

    /// <summary>A first row is data when all its cells are numbers, or one is a missing value or a number that is no plain integer (quoted cells are names).</summary>
    private static void CheckNotData(string path, long line, ReadOnlySpan<byte> row, CellList cells)
    {
        int numbers = 0;
        for (int c = 0; c < cells.Count; c++)
        {
            ReadOnlySpan<byte> text = cells.Text(row, c);
            if (cells.IsQuoted(c) || text.IsEmpty) continue;
            bool isNumber = NumberText.TryReadAll(text, out _);
            if (isNumber) numbers++;
            if (text is [(byte)'?'] || (isNumber && text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))) throw NoHeader(path, line, c, text);
        }
        if (numbers == cells.Count) throw NoHeader(path, line, 0, cells.Text(row, 0));
    }

    private static StreamFileException NoHeader(string path, long line, int column, ReadOnlySpan<byte> text)
        => Fault(path, line, $"the first line looks like data (column {column + 1} is {Snippet.Of(text)}); expected the column names. Put a line with the names before it; a name that looks like a number is quoted.");

    private static string Decode(string path, long line, ReadOnlySpan<byte> text)
    {
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new StreamFileException($"{path}:{line}: found the column name {Snippet.Of(text)}, which is not UTF-8; save the file as UTF-8.", e);
        }
    }

    private static StreamFileException Fault(string path, long line, string problem) => new($"{path}:{line}: {problem}");
}
