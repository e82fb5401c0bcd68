using System.Text;

namespace StreamMoe.Streams.Files;

/// <summary>Makes an instance of the cells of a row.</summary>
/// <remarks>A row is first tried by <see cref="TryPlain"/>, which is fast and knows nothing but commas, numbers and known values. Whatever it does not
/// take goes through the cells, which decide: they are right about every row, and say what is wrong with a bad one. A bad row changes nothing.</remarks>
internal sealed class RowParser
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly Column[] _columns;
    private readonly bool _growing;
    private readonly List<(Column Column, string Value)> _newValues = [];

    /// <param name="columns">The columns in file order.</param>
    /// <param name="growing">CSV: an empty cell is missing, and a new nominal value is added. ARFF: both are errors.</param>
    public RowParser(Column[] columns, bool growing)
    {
        _columns = columns;
        _growing = growing;
        Cells = new CellList(columns.Length);
    }

    /// <value>Where the caller splits a row that <see cref="TryPlain"/> did not take.</value>
    public CellList Cells { get; }

    /// <summary>Reads a row without quotes, escapes and comments.</summary>
    /// <returns>False when the row is not so simple; it may still be a good one.</returns>
    public bool TryPlain(ReadOnlySpan<byte> row, Span<double> features, out int label)
    {
        label = InstanceBlock.NoLabel;
        int i = 0;
        for (int c = 0; c < _columns.Length; c++)
        {
            if (c > 0)
            {
                if ((uint)i >= (uint)row.Length || row[i] != ',') return false;
                i++;
            }
            while ((uint)i < (uint)row.Length && CsvCells.IsBlank(row[i])) i++;
            Column column = _columns[c];
            if (column.Role == ColumnRole.Numeric)
            {
                if (!TryPlainNumber(row, ref i, out features[column.Feature])) return false;
                continue;
            }
            int length = LengthOfCell(row[i..]);
            ReadOnlySpan<byte> cell = row.Slice(i, length);
            i += length;
            if (column.Role == ColumnRole.Dropped) continue;
            if (!TryPlainNominal(column.Index!, cell, out int index)) return false;
            if (column.Role == ColumnRole.Class) label = index;
            else features[column.Feature] = index < 0 ? double.NaN : index;
        }
        return i == row.Length;
    }

    /// <summary>Reads the row whose <see cref="Cells"/> were split.</summary>
    /// <returns>Null, or what is wrong with the row.</returns>
    public string? ReadCells(ReadOnlySpan<byte> row, Span<double> features, out int label)
    {
        label = InstanceBlock.NoLabel;
        _newValues.Clear();
        if (Cells.IsSparse) SetAbsent(features, out label);
        else if (Cells.Count != _columns.Length) return $"expected {_columns.Length} columns, found {Cells.Count}.";
        for (int cell = 0; cell < Cells.Count; cell++)
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

    private static int LengthOfCell(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > 1 && rest[1] == ',' && rest[0] != ',') return 1; // so common that it is worth a look
        int comma = rest.IndexOf((byte)',');
        return comma < 0 ? rest.Length : comma;
    }

    /// <summary>A number up to a comma or the row's end, without blanks; no cell at all is missing in CSV.</summary>
    private bool TryPlainNumber(ReadOnlySpan<byte> row, ref int i, out double value)
    {
        if (NumberText.TryRead(row, ref i, out value)) return double.IsFinite(value);
        value = double.NaN;
        if ((uint)i >= (uint)row.Length) return _growing;
        if (row[i] == ',') return _growing;
        return row[i++] == '?';
    }

    /// <summary>A known value without blanks (which end a value in ARFF, and do not belong to its end in CSV), or a missing one, whose index is <see cref="InstanceBlock.NoLabel"/>.</summary>
    private bool TryPlainNominal(NominalIndex values, ReadOnlySpan<byte> cell, out int index)
    {
        index = InstanceBlock.NoLabel;
        if (cell.IsEmpty) return _growing;
        if (cell is [(byte)'?']) return true;
        index = values.Find(cell);
        return index >= 0 && (_growing ? !CsvCells.IsBlank(cell[^1]) : cell.IndexOfAny((byte)' ', (byte)'\t') < 0);
    }

    /// <summary>CSV: nothing, an empty pair of quotes, or a bare question mark. ARFF: a bare question mark.</summary>
    private bool IsMissing(ReadOnlySpan<byte> text, bool quoted, ColumnRole role)
    {
        if (text.IsEmpty) return _growing;
        return text is [(byte)'?'] && (!quoted || role == ColumnRole.Numeric);
    }

    private string? ReadNumber(Column column, ReadOnlySpan<byte> text, out double value)
    {
        string missing = _growing ? "leave the cell empty for missing" : "write ? for missing";
        if (NumberText.TryReadAll(text, out value))
            return double.IsFinite(value) ? null
                : $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}, which is too large; numbers lie in ±{double.MaxValue:R}.";
        return NumberText.IsNotFiniteWord(text)
            ? $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}, which is not a finite number; {missing}."
            : $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}; expected a number ({missing}).";
    }

    private string? ReadNominal(Column column, ReadOnlySpan<byte> text, out double value)
    {
        value = column.Index!.Find(text);
        if (value >= 0) return null;
        NominalDomain domain = column.Domain!;
        if (!_growing)
            return $"column {Snippet.Of(column.Name)}: found {Snippet.Of(text)}; declared are {Snippet.List(domain.Values)}.";
        if (domain.Count >= domain.Cap)
            return $"column {Snippet.Of(column.Name)}: found the new value {Snippet.Of(text)}, but the column has {domain.Count} values already, the most that are allowed; drop the column or allow more.";
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
