using System.Globalization;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Csv;

/// <summary>Tells numeric columns from nominal ones by the first rows.</summary>
/// <remarks>A column is nominal when some present value is no number, or when it holds words for missing and never a number.</remarks>
internal sealed class CsvTypes(int columns, MissingText missing)
{
    // With fewer rows, or a smaller share of numbers, texts are what the column is made of.
    private const int LeastNumbers = 19;
    private const double SuspiciousShare = 0.95;

    private readonly Evidence[] _columns = new Evidence[columns];

    /// <summary>Takes a row in.</summary>
    public void Add(ReadOnlySpan<byte> row, CellList cells, long line)
    {
        for (int c = 0; c < _columns.Length; c++)
        {
            ReadOnlySpan<byte> text = cells.Text(row, c);
            ref Evidence column = ref _columns[c];
            if (text is [] or [(byte)'?'] || missing.IsNamed(text)) continue;
            if (MissingText.IsUsualWord(text)) column.Words++;
            else if (NumberText.TryReadAll(text, out _) || NumberText.IsNotFiniteWord(text)) column.Numbers++;
            else if (column.Texts++ == 0) (column.Line, column.Text) = (line, Snippet.Of(text));
        }
    }

    /// <summary>True when a column's values are names.</summary>
    public bool IsNominal(int column) => _columns[column] is { Texts: > 0 } or { Words: > 0, Numbers: 0 };

    /// <summary>What makes it doubtful that a nominal column is one; null when nothing does.</summary>
    public string? Suspicion(int column)
    {
        Evidence found = _columns[column];
        double share = (double)found.Numbers / Math.Max(1, found.Numbers + found.Texts);
        if (found.Texts == 0 || found.Numbers < LeastNumbers || share < SuspiciousShare) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{found.Numbers:N0} of the first {found.Numbers + found.Texts:N0} values are numbers: line {found.Line} has {found.Text}. --missing {found.Text} reads such cells as missing.");
    }

    private record struct Evidence(long Numbers, long Texts, long Words, long Line, string Text);
}
