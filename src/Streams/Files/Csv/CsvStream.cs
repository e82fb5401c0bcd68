using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files.Csv;

/// <summary>A CSV text as a stream (RFC 4180): a line of column names, then one row an instance.</summary>
/// <remarks>
/// <para>Text is UTF-8, with or without byte order mark; lines end in LF or CRLF; a comma separates, or another character. A cell may stand in double quotes, inside which commas, line
/// ends and doubled quotes are text; spaces and tabs around a cell do not count. An empty cell, quoted or not, and a bare <c>?</c> are missing (in a numeric column a quoted one too),
/// in a numeric column also the usual spellings (<see cref="MissingText"/>). Blank lines, and a delimiter at a row's end, are passed over. A column without a name is called <c>Unnamed: 0</c> by its place.</para>
/// <para>Types come from a schema file, or from the first <see cref="StreamFileOptions.InferenceRows"/> rows: a column in which every value that is present is a number
/// (integers too; <c>inf</c> counts as such here, and makes bad rows) is numeric, also one without any value; any other is nominal. The class is always nominal, and its names keep
/// their text: <c>1</c> and <c>1.0</c> are two classes.</para>
/// <para>Nominal values get their indices in order of first appearance in good rows. A value first seen later is added, up to the cap; beyond it the row is bad.</para>
/// <para>A row whose quotes do not fit is bad as far as its first line goes; the next line is read as a row of its own, so an opening quote too many costs one line.</para>
/// </remarks>
internal sealed class CsvStream : StreamFileReader
{
    private readonly RowParser _parser;
    private readonly byte _delimiter;
    private readonly MissingText _missing;

    internal CsvStream(TextSource source, StreamFileOptions options) : base(source, options)
    {
        try
        {
            _delimiter = (byte)(options.Delimiter ?? source.Delimiter);
            _missing = new MissingText(options.Missing);
            string[] names = ReadNames(options.HasHeader);
            CsvColumns columns = options.SchemaPath is null ? InferColumns(names, options) : CsvColumns.Declared(source, names, options);
            SetSchema(columns.Schema);
            _parser = new RowParser(columns.Columns, new CellRules(Growing: true, _delimiter, _missing));
            LearnValues(options.InferenceRows);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private protected override bool ReadRow(out ReadOnlySpan<byte> row)
    {
        while (ReadLine())
        {
            row = Lines.Row;
            if (CsvCells.SkipBlanks(row, 0) == row.Length) continue;
            if (row.Contains((byte)'"')) row = CompleteRow();
            return true;
        }
        row = default;
        return false;
    }

    private protected override string? ParseRow(ReadOnlySpan<byte> row, Span<double> features, out int label)
    {
        if (!row.Contains((byte)'"') && _parser.TryPlain(row, features, out label)) return null;
        label = InstanceBlock.NoLabel;
        return CsvCells.Split(row, _delimiter, _parser.Cells) ?? _parser.ReadCells(row, features, out label);
    }

    /// <summary>Adds lines to the row until its quotes are closed; a row whose quotes do not fit stays one line.</summary>
    private ReadOnlySpan<byte> CompleteRow()
    {
        int position = 0;
        CsvCells.Completeness state;
        while ((state = CsvCells.Check(Lines.Row, ref position, _delimiter)) == CsvCells.Completeness.OpenQuote)
            if (!ExtendRow()) break;
        if (state != CsvCells.Completeness.Complete) Lines.Shorten();
        return Lines.Row;
    }

    /// <summary>Reads the column names, and finds a first column that has none.</summary>
    private string[] ReadNames(bool hasHeader)
    {
        if (!ReadRow(out ReadOnlySpan<byte> row)) throw new StreamFileException($"{FilePath}: the file is empty; expected {(hasHeader ? "a line with the column names" : "rows")}.");
        if (Lines.RowHasNul) throw new StreamFileException($"{FilePath}:{Lines.LineNumber}: {NulProblem}");
        string[] names = CsvHeader.Read(FilePath, Lines.LineNumber, row, _delimiter, hasHeader);
        if (!hasHeader)
        {
            Restart();
            return names;
        }
        EndHeader();
        if (FirstRowHasOneMore(names.Length) && !names.Contains(CsvHeader.Unnamed(0))) names = [CsvHeader.Unnamed(0), .. names];
        if (names.FirstOrDefault(n => n.StartsWith("Unnamed: ", StringComparison.Ordinal)) is { } unnamed)
            Notice($"a column has no name, as when a table is written with its row numbers; it is read as '{unnamed}'. --drop '{unnamed}' leaves it out.");
        return names;
    }

    /// <summary>True when rows have one cell more than there are names: R writes row names so.</summary>
    private bool FirstRowHasOneMore(int names)
    {
        bool more = false;
        CellList cells = new(names + 1);
        Sample(1, row => more = CsvCells.Split(row, _delimiter, cells) is null && cells.Count == names + 1 && !cells.Text(row, names).IsEmpty);
        return more;
    }

    /// <summary>Looks at the first rows to tell numeric columns from nominal ones.</summary>
    private CsvColumns InferColumns(string[] names, StreamFileOptions options)
    {
        ColumnSelection selection = ColumnSelection.Make(FilePath, names, options.Label, options.Drop);
        CsvTypes types = new(names.Length, _missing);
        CellList cells = new(names.Length);
        Sample(options.InferenceRows, row =>
        {
            if (CsvCells.Split(row, _delimiter, cells) is null && cells.Count >= names.Length && cells.Kept == names.Length) types.Add(row, cells, Lines.LineNumber);
        });
        bool[] nominal = [.. names.Select((name, c) => Source.Nominal.TryGetValue(name, out bool known) ? known : types.IsNominal(c))];
        for (int c = 0; c < names.Length; c++)
            if (!selection.Dropped[c] && c != selection.Class && !Source.Nominal.ContainsKey(names[c]) && types.Suspicion(c) is { } text)
                Notice($"column {Snippet.Of(names[c])} is nominal, though {text}");
        return CsvColumns.Inferred(Source, names, selection, nominal, options.NominalCap);
    }

    /// <summary>Reads the first rows for the nominal values and classes that they bring; bad rows bring none, and are reported when they are read.</summary>
    private void LearnValues(int rows)
    {
        double[] features = new double[Schema.AttributeCount];
        Sample(rows, row => ParseRow(row, features, out _));
    }

    /// <summary>Looks at the first rows and goes back. Where the file is damaged it stops; reading will meet the damage again and report it.</summary>
    private void Sample(int rows, RowAction look)
    {
        try
        {
            for (int r = 0; r < rows && ReadRow(out ReadOnlySpan<byte> row); r++)
                if (!Lines.RowHasNul) look(row);
        }
        catch (StreamFileException)
        {
            // Reported by the reading that comes to this place, with the rows before it.
        }
        Restart();
    }

    private delegate void RowAction(ReadOnlySpan<byte> row);
}
