using System.Globalization;
using System.Text;
using StreamMoe.Streams.Files.Csv;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Arff;

/// <summary>Splits an ARFF data line into cells: commas, spaces and tabs separate; a value may stand in single or double quotes with backslash escapes;
/// an unquoted % begins a comment; braces around the line make it sparse.</summary>
internal static class ArffCells
{
    /// <summary>True when a line holds nothing but blanks and a comment.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> line)
    {
        int i = CsvCells.SkipBlanks(line, 0);
        return i == line.Length || line[i] == '%';
    }

    /// <summary>Splits a line that is not empty.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    public static string? Split(ReadOnlySpan<byte> line, int columns, CellList cells)
    {
        cells.Clear();
        int i = CsvCells.SkipBlanks(line, 0);
        return line[i] == '{' ? SplitSparse(line, i + 1, columns, cells) : SplitDense(line, i, columns, cells);
    }

    private static string? SplitDense(ReadOnlySpan<byte> line, int i, int columns, CellList cells)
    {
        bool afterComma = true;
        while (!IsEnd(line, i))
        {
            if (line[i] == ',') return Empty(cells.Count + 1);
            if (line[i] == '{') return Weight(line[i..]);
            if (line[i] == '}') return $"found {Snippet.Of(line[i..])}; a brace in a value must be quoted.";
            if (ReadValue(line, ref i, cells, -1) is string problem) return problem;
            i = CsvCells.SkipBlanks(line, i);
            afterComma = i < line.Length && line[i] == ',';
            if (afterComma) i = CsvCells.SkipBlanks(line, i + 1);
        }
        // MOA ends every row with a comma.
        return afterComma && cells.Count != columns ? Empty(cells.Count + 1) : null;
    }

    private static string? SplitSparse(ReadOnlySpan<byte> line, int i, int columns, CellList cells)
    {
        cells.IsSparse = true;
        i = CsvCells.SkipBlanks(line, i);
        while (!IsEnd(line, i) && line[i] != '}')
        {
            int column = 0;
            int first = i;
            for (; i < line.Length && (uint)(line[i] - '0') <= 9; i++) column = Math.Min(column * 10 + (line[i] - '0'), 100_000_000);
            if (i == first || i == line.Length || !CsvCells.IsBlank(line[i]))
                return $"found {Snippet.Of(line[first..])} in a sparse row; expected a column index, a space and a value.";
            if (column >= columns)
                return $"the sparse row names column {Encoding.UTF8.GetString(line[first..Math.Min(i, first + 12)])}; columns are 0 to {columns - 1}.";
            if (!cells.MarkColumn(column)) return $"the sparse row names column {column} twice.";
            i = CsvCells.SkipBlanks(line, i);
            if (IsEnd(line, i) || line[i] is (byte)',' or (byte)'{' or (byte)'}') return $"the sparse row names column {column} without a value.";
            if (ReadValue(line, ref i, cells, column) is string problem) return problem;
            i = CsvCells.SkipBlanks(line, i);
            if (i < line.Length && line[i] == ',') i = CsvCells.SkipBlanks(line, i + 1);
        }
        if (IsEnd(line, i)) return "the sparse row is not closed; expected '}'.";
        i = CsvCells.SkipBlanks(line, i + 1);
        if (i < line.Length && line[i] == ',') i = CsvCells.SkipBlanks(line, i + 1);
        if (IsEnd(line, i)) return null;
        return line[i] == '{' ? Weight(line[i..]) : $"found {Snippet.Of(line[i..])} behind the sparse row; expected the end of the line.";
    }

    /// <summary>Reads one value, quoted or not, into the cells.</summary>
    public static string? ReadValue(ReadOnlySpan<byte> line, ref int i, CellList cells, int column)
    {
        if (line[i] is not ((byte)'\'' or (byte)'"'))
        {
            int start = i;
            while (i < line.Length && !EndsValue(line[i])) i++;
            cells.Add(start, i - start, false, column);
            return null;
        }
        byte quote = line[i];
        int opening = i++;
        int scratch = cells.ScratchStart;
        while (true)
        {
            int stop = line[i..].IndexOfAny(quote, (byte)'\\');
            if (stop < 0) return $"the quote at {Snippet.Of(line[opening..])} is not closed; close it with {(char)quote}, or write \\{(char)quote} for a quote that is text.";
            cells.Append(line.Slice(i, stop));
            i += stop + 1;
            if (line[i - 1] == quote) break;
            if (i < line.Length) AppendEscape(line, ref i, cells);
        }
        cells.AddAppended(scratch, column);
        return null;
    }

    /// <summary>Resolves an escape; the position stands behind the backslash. An unknown one stands for the character itself.</summary>
    private static void AppendEscape(ReadOnlySpan<byte> line, ref int i, CellList cells)
    {
        if (line[i] == 'u' && line.Length - i >= 5
            && ushort.TryParse(line.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code) && !char.IsSurrogate((char)code))
        {
            Span<byte> utf8 = stackalloc byte[4];
            cells.Append(utf8[..new Rune((char)code).EncodeToUtf8(utf8)]);
            i += 5;
            return;
        }
        byte plain = line[i++] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            byte other => other,
        };
        cells.Append([plain]);
    }

    private static bool IsEnd(ReadOnlySpan<byte> line, int i) => i >= line.Length || line[i] == '%';

    private static bool EndsValue(byte b) => b is (byte)',' or (byte)' ' or (byte)'\t' or (byte)'%' or (byte)'{' or (byte)'}';

    private static string Empty(int cell) => $"cell {cell} is empty; a missing value is written ?.";

    private static string Weight(ReadOnlySpan<byte> rest)
        => $"found {Snippet.Of(rest)}; instance weights are not supported, every instance counts once (a brace in a value must be quoted).";
}
