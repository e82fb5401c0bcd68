using System.Text;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Csv;

/// <summary>Reads the column names from the first row of a CSV file, and notices when that row is data.</summary>
internal static class CsvHeader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Reads the names.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="line">The row's line.</param>
    /// <param name="row">The first row.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <param name="hasNames">False when the row is data: its columns get names by their place.</param>
    /// <exception cref="StreamFileException">The row is not a header: too few or too many columns, a name twice, or data.</exception>
    public static string[] Read(string path, long line, ReadOnlySpan<byte> row, byte delimiter, bool hasNames)
    {
        CellList cells = new(StreamFileReader.MaxColumns);
        if (CsvCells.Split(row, delimiter, cells) is string problem) throw Fault(path, line, problem);
        if (cells.Count > cells.Kept) throw Fault(path, line, $"the first line has {cells.Count} columns; at most {cells.Kept} are allowed.");
        for (int c = 0; c < cells.Count; c++)
            if (!cells.IsQuoted(c) && cells.Text(row, c).Contains((byte)'\r')) throw Fault(path, line, "a line ends in CR alone; lines end in LF or CRLF.");
        if (cells.Count < 2) throw Fault(path, line, $"the first line has 1 column, {Snippet.Of(row)}; expected at least 2, separated by {Name(delimiter)}.{OtherDelimiter(row, delimiter)}");
        if (!hasNames) return [.. Enumerable.Range(0, EndsInDelimiter(row, cells) ? cells.Count - 1 : cells.Count).Select(c => $"column{c}")];
        CheckNotData(path, line, row, cells);
        List<string> names = [];
        HashSet<string> distinct = new(StringComparer.Ordinal);
        for (int c = 0; c < cells.Count; c++)
        {
            string name = Decode(path, line, cells.Text(row, c));
            if (name.Length == 0 && c > 0 && c == cells.Count - 1) break; // a delimiter at the line's end, as at every row's
            if (name.Length == 0) name = Unnamed(c);
            if (!distinct.Add(name))
                throw Fault(path, line, $"the column name {Snippet.Of(name)} appears twice; names must be distinct. If the first line is data, --no-header says so.");
            names.Add(name);
        }
        return [.. names];
    }

    /// <summary>What a column without a name is called, as pandas does.</summary>
    public static string Unnamed(int column) => $"Unnamed: {column}";

    private static bool EndsInDelimiter(ReadOnlySpan<byte> row, CellList cells) => cells.Count > 2 && !cells.IsQuoted(cells.Count - 1) && cells.Text(row, cells.Count - 1).IsEmpty;

    private static string Name(byte delimiter) => delimiter switch
    {
        (byte)',' => "commas",
        (byte)'\t' => "tabs",
        _ => $"'{(char)delimiter}'",
    };

    /// <summary>What probably separates the cells of a row in which the delimiter does not occur.</summary>
    private static string OtherDelimiter(ReadOnlySpan<byte> row, byte delimiter)
    {
        foreach (byte other in ";\t|,"u8)
            if (other != delimiter && row.Contains(other)) return $" Is the delimiter {(other == '\t' ? "a tab (--delimiter tab)" : $"'{(char)other}' (--delimiter '{(char)other}')")}?";
        return "";
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
        => Fault(path, line, $"the first line looks like data (column {column + 1} is {Snippet.Of(text)}); expected the column names. --no-header reads it as data; a name that looks like a number is quoted.");

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
