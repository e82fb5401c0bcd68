using System.Globalization;
using System.Text;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Csv;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.StreamHost.Commands;

/// <summary>The values that a detector is fed with, one by one as they come; NaN is a place where there is none.</summary>
internal static class DetectorValues
{
    private const int LongestWord = 100;

    /// <summary>Zeros and ones, contiguous or separated, or with <paramref name="reals"/> separated numbers.</summary>
    /// <remarks>Blanks, commas, semicolons and line ends separate. A place between two commas, a line without a value before another value, and a word for missing are empty.</remarks>
    /// <exception cref="InputException">Something else was found; the text says where.</exception>
    public static IEnumerable<double> In(TextReader input, string path, bool reals)
    {
        StringBuilder word = new();
        char[] buffer = new char[4096];
        long values = 0, emptyLines = 0;
        bool afterComma = false, lineHasValue = false;
        int read;
        while ((read = input.Read(buffer, 0, buffer.Length)) > 0)
        {
            for (int i = 0; i < read; i++)
            {
                char c = buffer[i];
                bool comma = c is ',' or ';', line = c == '\n';
                if (!comma && !char.IsWhiteSpace(c) && c != '\uFEFF')
                {
                    word.Append(c);
                    // Zeros and ones may follow each other without a blank for as long as they like.
                    if (word.Length < LongestWord) continue;
                    if (reals || !IsBits(word)) throw new InputException($"{path}: value {values} is longer than {LongestWord} characters; is this a list of values?");
                }
                foreach (double value in Take(word.ToString())) yield return value;
                if (comma)
                {
                    if (afterComma || !lineHasValue)
                        foreach (double value in Empty(1)) yield return value;
                    (afterComma, lineHasValue) = (true, true);
                }
                if (!line) continue;
                if (!lineHasValue) emptyLines++;
                (afterComma, lineHasValue) = (false, false);
            }
        }
        foreach (double value in Take(word.ToString())) yield return value;

        IEnumerable<double> Take(string text)
        {
            word.Clear();
            if (text.Length == 0) yield break;
            foreach (double value in Empty(0)) yield return value;
            (afterComma, lineHasValue) = (false, true);
            if (!reals && text.All(c => c is '0' or '1'))
            {
                foreach (char c in text)
                {
                    values++;
                    yield return c - '0';
                }
                yield break;
            }
            yield return Number(text, path, values++, reals);
        }

        // Empty lines count once a value follows them, so that those at the end are nothing.
        IEnumerable<double> Empty(long more)
        {
            for (long left = emptyLines + more; left > 0; left--)
            {
                values++;
                yield return double.NaN;
            }
            emptyLines = 0;
        }
    }

    /// <summary>A column of a CSV text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="column">The column's name or index.</param>
    /// <param name="reals">False when all values must be 0 or 1.</param>
    /// <exception cref="InputException">There is no such column, or a cell is no such value.</exception>
    public static IEnumerable<double> InColumn(TextSource source, string column, bool reals)
    {
        using LineReader lines = new(source, new StreamFileOptions().MaxRowBytes);
        CellList cells = new(StreamFileReader.MaxColumns);
        int at = -1;
        for (long values = 0; lines.Read();)
        {
            if (lines.Row.Trim(" \t\r"u8).IsEmpty) continue;
            if (CsvCells.Split(lines.Row, (byte)source.Delimiter, cells) is { } problem) throw new InputException($"{source.Name}:{lines.LineNumber}: {problem}");
            if (at < 0)
            {
                string[] names = new string[cells.Kept];
                for (int c = 0; c < names.Length; c++) names[c] = Encoding.UTF8.GetString(cells.Text(lines.Row, c));
                at = Array.IndexOf(names, column);
                if (at < 0 && (!int.TryParse(column, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out at) || (at += at < 0 ? names.Length : 0) < 0 || at >= names.Length))
                    throw new UsageException($"--column names '{column}', which {source.Name} does not have. The columns are {Snippet.List(names, 20)}.");
                continue;
            }
            if (at >= cells.Kept) throw new InputException($"{source.Name}:{lines.LineNumber}: the row has {cells.Kept} cells; column '{column}' is number {at + 1}.");
            ReadOnlySpan<byte> cell = cells.Text(lines.Row, at);
            yield return cell.IsEmpty ? double.NaN : Number(Encoding.UTF8.GetString(cell), $"{source.Name}:{lines.LineNumber}", values, reals);
            values++;
        }
    }

    private static bool IsBits(StringBuilder word)
    {
        for (int i = 0; i < word.Length; i++)
            if (word[i] is not ('0' or '1')) return false;
        return true;
    }

    private static double Number(string text, string where, long index, bool reals)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (MissingText.IsUsualWord(bytes)) return double.NaN;
        bool isNumber = NumberText.TryReadAll(bytes, out double value) && double.IsFinite(value);
        if (reals) return isNumber ? value : throw new InputException($"{where}: value {index} was {Snippet.Of(text)}; must be a finite number.");
        return isNumber && value is 0 or 1 ? value : throw new InputException($"{where}: value {index} was {Snippet.Of(text)}; must be 0 or 1 (use --reals for numbers).");
    }
}
