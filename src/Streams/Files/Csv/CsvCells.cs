using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Csv;

/// <summary>Splits a CSV row into cells (RFC 4180): a comma, or another character, separates, a cell may stand in double quotes, a doubled quote inside them is one quote.</summary>
/// <remarks>Spaces and tabs around a cell do not belong to it, unless they stand inside the quotes. A quote inside a cell that does not begin with one is text.</remarks>
internal static class CsvCells
{
    /// <summary>How far a row is complete.</summary>
    public enum Completeness
    {
        /// <summary>The row ends outside quotes.</summary>
        Complete,

        /// <summary>The row ends inside quotes: it goes on in the next line.</summary>
        OpenQuote,

        /// <summary>Text stands behind a closing quote, so the quotes of the row do not fit together.</summary>
        Malformed,
    }

    /// <summary>Tells whether a row is complete; called again with a longer row it goes on where it stopped.</summary>
    /// <param name="row">The row so far.</param>
    /// <param name="position">0 at first; then what the last call left.</param>
    /// <param name="delimiter">What separates cells.</param>
    public static Completeness Check(ReadOnlySpan<byte> row, ref int position, byte delimiter)
    {
        // The position is kept at the first byte of a cell, or, negative, inside the quotes of one.
        bool inQuotes = position < 0;
        int i = inQuotes ? ~position : position;
        while (true)
        {
            if (!inQuotes)
            {
                i = SkipBlanks(row, i, delimiter);
                if (i < row.Length && row[i] == '"') i++;
                else
                {
                    int comma = row[i..].IndexOf(delimiter);
                    if (comma < 0) return Completeness.Complete;
                    i += comma + 1;
                    continue;
                }
            }
            int close = FindClosingQuote(row, i);
            if (close < 0)
            {
                // A quote that is the row's last byte would have closed the cell, so the row ends behind whole pairs.
                position = ~row.Length;
                return Completeness.OpenQuote;
            }
            i = SkipBlanks(row, close + 1, delimiter);
            if (i == row.Length) return Completeness.Complete;
            if (row[i] != delimiter) return Completeness.Malformed;
            i++;
            inQuotes = false;
        }
    }

    /// <summary>Splits a row.</summary>
    /// <returns>Null, or what is wrong with its quotes.</returns>
    public static string? Split(ReadOnlySpan<byte> row, byte delimiter, CellList cells)
    {
        cells.Clear();
        for (int i = 0; ;)
        {
            i = SkipBlanks(row, i, delimiter);
            if (i < row.Length && row[i] == '"')
            {
                int close = FindClosingQuote(row, i + 1);
                if (close < 0) return $"the quote that opens cell {cells.Count + 1} is not closed; close it, or double a quote that is text.";
                AddQuoted(row[(i + 1)..close], i + 1, cells);
                i = SkipBlanks(row, close + 1, delimiter);
                if (i < row.Length && row[i] != delimiter)
                    return $"found {Snippet.Of(row[i..])} behind the closing quote of cell {cells.Count}; expected a delimiter or the end of the row (a quote inside quotes is doubled).";
            }
            else
            {
                int comma = row[i..].IndexOf(delimiter);
                int end = comma < 0 ? row.Length : i + comma;
                int length = end - i;
                while (length > 0 && IsBlank(row[i + length - 1], delimiter)) length--;
                cells.Add(i, length, false);
                i = end;
            }
            if (i >= row.Length) return null;
            i++;
        }
    }

    internal static bool IsBlank(byte b) => b == ' ' || b == '\t';

    /// <summary>True for a space or tab that separates nothing.</summary>
    internal static bool IsBlank(byte b, byte delimiter) => IsBlank(b) && b != delimiter;

    internal static int SkipBlanks(ReadOnlySpan<byte> row, int i)
    {
        while (i < row.Length && IsBlank(row[i])) i++;
        return i;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> row, int i, byte delimiter)
    {
        while (i < row.Length && IsBlank(row[i], delimiter)) i++;
        return i;
    }

    private static void AddQuoted(ReadOnlySpan<byte> content, int start, CellList cells)
    {
        int quote = content.IndexOf((byte)'"');
        if (quote < 0)
        {
            cells.Add(start, content.Length, true);
            return;
        }
        int scratch = cells.ScratchStart;
        while (quote >= 0)
        {
            cells.Append(content[..(quote + 1)]);
            content = content[(quote + 2)..];
            quote = content.IndexOf((byte)'"');
        }
        cells.Append(content);
        cells.AddAppended(scratch);
    }

    /// <summary>Where the quotes end whose content begins at <paramref name="i"/>, or −1.</summary>
    private static int FindClosingQuote(ReadOnlySpan<byte> row, int i)
    {
        while (true)
        {
            int quote = row[i..].IndexOf((byte)'"');
            if (quote < 0) return -1;
            i += quote;
            if (i + 1 >= row.Length || row[i + 1] != '"') return i;
            i += 2;
        }
    }
}
