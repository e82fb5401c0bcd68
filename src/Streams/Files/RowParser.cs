using System.Text;
using StreamMoe.Streams.Files.Csv;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files;

/// <summary>Makes an instance of the cells of a row.</summary>
/// <remarks>A row is first tried by <see cref="TryPlain"/>, which is fast and knows nothing but delimiters, numbers and known values. Whatever it does not
/// take goes through the cells, which decide: they are right about every row, and say what is wrong with a bad one. A bad row changes nothing.</remarks>
internal sealed class RowParser
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly Column[] _columns;
    private readonly bool _growing;
    private readonly byte _delimiter;
    private readonly MissingText _missing;
    private readonly List<(Column Column, string Value)> _newValues = [];

    /// <param name="columns">The columns in file order.</param>
    /// <param name="rules">How cells are read.</param>
    public RowParser(Column[] columns, CellRules rules)
    {
        _columns = columns;
        (_growing, _delimiter, _missing) = (rules.Growing, rules.Delimiter, rules.Missing);
        Cells = new CellList(columns.Length);
    }

    /// <value>Where the caller splits a row that <see cref="TryPlain"/> did not take.</value>
    public CellList Cells { get; }

    /// <summary>Reads a row without quotes, escapes and comments.</summary>
    /// <returns>False when the row is not so simple; it may still be a good one.</returns>
    public bool TryPlain(ReadOnlySpan<byte> row, Span<double> features, out int label)
    {
        label = InstanceBlock.NoLabel;
        if (!_missing.IsUsual) return false;
        byte delimiter = _delimiter;
        int i = 0;
        for (int c = 0; c < _columns.Length; c++)
        {
            if (c > 0)
            {
                if ((uint)i >= (uint)row.Length || row[i] != delimiter) return false;
                i++;
            }
            while ((uint)i < (uint)row.Length && CsvCells.IsBlank(row[i], delimiter)) i++;
            Column column = _columns[c];
            if (column.Role == ColumnRole.Numeric)
            {
                if (!TryPlainNumber(row, ref i, out features[column.Feature])) return false;
                continue;
            }
            int length = LengthOfCell(row[i..], delimiter);
            ReadOnlySpan<byte> cell = row.Slice(i, length);
            i += length;
            if (column.Role == ColumnRole.Dropped) continue;
            if (!TryPlainNominal(column.Index!, cell, out int index)) return false;
            if (column.Role == ColumnRole.Class) label = index;
            else features[column.Feature] = index < 0 ? double.NaN : index;
        }
        return i == row.Length || (i == row.Length - 1 && row[i] == delimiter);
    }

    /// <summary>Reads the row whose <see cref="Cells"/> were split.</summary>
    /// <returns>Null, or what is wrong with the row.</returns>
    public string? ReadCells(ReadOnlySpan<byte> row, Span<double> features, out int label)
    {
        label = InstanceBlock.NoLabel;
        _newValues.Clear();
        if (Cells.IsSparse) SetAbsent(features, out label);
        else if (Cells.Count != _columns.Length && !EndsInDelimiter(row)) return $"expected {_columns.Length} columns, found {Cells.Count}.";
        for (int cell = 0; cell < Cells.Kept; cell++)
        {
            Column column = _columns[Cells.IsSparse ? Cells.Column(cell) : cell];
            if (column.Role == ColumnRole.Dropped) continue;
            ReadOnlySpan<byte> text = Cells.Text(row, cell);
            double value;
            string? problem = null;
            if (IsMissing(text, Cells.IsQuoted(cell), column.Role)) value = double.NaN;
            else if (column.Role == ColumnRole.Numeric) problem = ReadNumber(column, text, out value);
            else problem = ReadNominal(column, text, out value);
            if (problem is not null) return problem;
            if (column.Role == ColumnRole.Class) label = double.IsNaN(value) ? InstanceBlock.NoLabel : (int)value;
            else features[column.Feature] = value;
        }
        AddNewValues(features, ref label);
        return null;
    }

    private static int LengthOfCell(ReadOnlySpan<byte> rest, byte delimiter)
    {
        if (rest.Length > 1 && rest[1] == delimiter && rest[0] != delimiter) return 1; // so common that it is worth a look
        int comma = rest.IndexOf(delimiter);
        return comma < 0 ? rest.Length : comma;
    }

    /// <summary>A number up to a comma or the row's end, without blanks; no cell at all is missing in CSV.</summary>
    private bool TryPlainNumber(ReadOnlySpan<byte> row, ref int i, out double value)
    {
        if (NumberText.TryRead(row, ref i, out value)) return double.IsFinite(value);
        value = double.NaN;
        if ((uint)i >= (uint)row.Length) return _growing;
        if (row[i] == _delimiter) return _growing;
        return row[i++] == '?';
    }

    /// <summary>A known value without blanks (which end a value in ARFF, and do not belong to its end in CSV), or a missing one, whose index is <see cref="InstanceBlock.NoLabel"/>.</summary>
    private bool TryPlainNominal(NominalIndex values, ReadOnlySpan<byte> cell, out int index)
    {
        index = InstanceBlock.NoLabel;
        if (cell.IsEmpty) return _growing;
        if (cell is [(byte)'?']) return true;
        index = values.Find(cell);
        return index >= 0 && (_growing ? !CsvCells.IsBlank(cell[^1], _delimiter) : cell.IndexOfAny((byte)' ', (byte)'\t') < 0);
    }

    /// <summary>True when the row has one cell too many, which is nothing after a last delimiter: some tools end every row so.</summary>
    private bool EndsInDelimiter(ReadOnlySpan<byte> row) => Cells.Count == _columns.Length + 1 && row.TrimEnd(" \t"u8) is [.., byte last] && last == _delimiter;

    /// <summary>CSV: nothing, an empty pair of quotes, or a bare question mark. ARFF: a bare question mark. Both: what was named, and the usual words where a number is expected.</summary>
    private bool IsMissing(ReadOnlySpan<byte> text, bool quoted, ColumnRole role)
    {
        if (text.IsEmpty) return _growing;
        if (_missing.IsNamed(text)) return true;
        return role == ColumnRole.Numeric ? MissingText.IsUsualWord(text) : text is [(byte)'?'] && !quoted;
    }

    private string? ReadNumber(Column column, ReadOnlySpan<byte> text, out double value)
    {
        if (NumberText.TryReadAll(text, out value))
            return double.IsFinite(value) ? null
                : $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}, which is too large; numbers lie in ±{double.MaxValue:R}. {Advice(column, text)}";
        return NumberText.IsNotFiniteWord(text)
            ? $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}, which is not a finite number. {Advice(column, text)}"
            : $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}; expected a number. {Advice(column, text)}";
    }

    /// <summary>What helps against a cell that is no number.</summary>
    private string Advice(Column column, ReadOnlySpan<byte> text)
        => $"--missing {Snippet.Of(text)} reads it as missing, {(_growing ? $"--schema FILE can declare {Snippet.Of(column.Name)} nominal, " : "")}--drop {Snippet.Of(column.Name)} leaves the column out.";

    private string? ReadNominal(Column column, ReadOnlySpan<byte> text, out double value)
    {
        value = column.Index!.Find(text);
        if (value >= 0) return null;
        NominalDomain domain = column.Domain!;
        if (!_growing)
            return $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}; declared are {Snippet.List(domain.Values)}.";
        if (domain.Count >= domain.Cap)
            return $"column {Snippet.Of(column.Name)}: found the new value {Snippet.Of(text)}, but the column has {domain.Count} values already, the most that are allowed; {(column.Role == ColumnRole.Class
                ? "is this a number to predict? Classes are few; --label NAME names another column"
                : $"--drop {Snippet.Of(column.Name)} leaves the column out, and a 'cap' in --schema FILE allows more")}.";
        try
        {
            _newValues.Add((column, StrictUtf8.GetString(text)));
            return null;
        }
        catch (DecoderFallbackException)
        {
            return $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}, which is not UTF-8; save the file as UTF-8.";
        }
    }

    /// <summary>The row is good: what it brought that is new is added, in column order.</summary>
    private void AddNewValues(Span<double> features, ref int label)
    {
        foreach ((Column column, string value) in _newValues)
        {
            int index = column.Index!.FindOrAdd(value);
            if (column.Role == ColumnRole.Class) label = index;
            else features[column.Feature] = index;
        }
    }

    /// <summary>What a sparse row does not name is 0, or the first value.</summary>
    private static void SetAbsent(Span<double> features, out int label)
    {
        features.Clear();
        label = 0;
    }
}
