namespace StreamMoe.Streams.Files;

/// <summary>A CSV file as a stream (RFC 4180), plain or gzip: a line of column names, then one row an instance.</summary>
/// <remarks>
/// <para>Text is UTF-8, with or without byte order mark; lines end in LF or CRLF; commas separate. A cell may stand in double quotes, inside which commas, line
/// ends and doubled quotes are text; spaces and tabs around a cell do not count. An empty cell, quoted or not, and a bare <c>?</c> are missing (in a numeric column a quoted one too). Blank lines are passed over.</para>
/// <para>Types come from a schema file, or from the first <see cref="StreamFileOptions.InferenceRows"/> rows: a column in which every value that is present is a number
/// (integers too; <c>nan</c> and <c>inf</c> count as such here, and make bad rows) is numeric, also one without any value; any other is nominal. The class is always nominal, and its names keep
/// their text: <c>1</c> and <c>1.0</c> are two classes.</para>
/// <para>Nominal values get their indices in order of first appearance in good rows. A value first seen later is added, up to the cap; beyond it the row is bad.</para>
/// <para>A row whose quotes do not fit is bad as far as its first line goes; the next line is read as a row of its own, so an opening quote too many costs one line.</para>
/// </remarks>
public sealed class CsvStream : StreamFileReader
{
    private readonly RowParser _parser;

    internal CsvStream(string path, StreamFileOptions options) : base(path, options)
    {
        try
        {
            if (!ReadRow(out ReadOnlySpan<byte> row)) throw new StreamFileException($"{path}: the file is empty; expected a line with the column names.");
            string[] names = CsvHeader.Read(path, Lines.LineNumber, row);
            EndHeader();
            CsvColumns columns = options.SchemaPath is null ? InferColumns(names, options) : CsvColumns.Declared(path, names, options);
            SetSchema(columns.Schema);
            _parser = new RowParser(columns.Columns, growing: true);
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
        return CsvCells.Split(row, _parser.Cells) ?? _parser.ReadCells(row, features, out label);
    }

    /// <summary>Adds lines to the row until its quotes are closed; a row whose quotes do not fit stays one line.</summary>
    private ReadOnlySpan<byte> CompleteRow()
    {
        int position = 0;
        CsvCells.Completeness state;
        while ((state = CsvCells.Check(Lines.Row, ref position)) == CsvCells.Completeness.OpenQuote)
            if (!ExtendRow()) break;
        if (state != CsvCells.Completeness.Complete) Lines.Shorten();
        return Lines.Row;
    }

    /// <summary>Looks at the first rows to tell numeric columns from nominal ones.</summary>
    private CsvColumns InferColumns(string[] names, StreamFileOptions options)
    {
        ColumnSelection selection = ColumnSelection.Make(FilePath, names, options.Label, options.Drop);
        bool[] nominal = new bool[names.Length];
        CellList cells = new(names.Length);
        Sample(options.InferenceRows, row =>
        {
            if (CsvCells.Split(row, cells) is not null || cells.Count != names.Length) return;
            for (int c = 0; c < names.Length; c++)
            {
                ReadOnlySpan<byte> text = cells.Text(row, c);
                if (!nominal[c] && text is not ([] or [(byte)'?'])) nominal[c] = !NumberText.TryReadAll(text, out _) && !NumberText.IsNotFiniteWord(text);
            }
        });
        return CsvColumns.Inferred(FilePath, names, selection, nominal, options.NominalCap);
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
            for (int r = 0; r < rows && ReadRow(out ReadOnlySpan<byte> row); r++) look(row);
        }
        catch (StreamFileException)
        {
            // Reported by the reading that comes to this place, with the rows before it.
        }
        Restart();
    }

    private delegate void RowAction(ReadOnlySpan<byte> row);
}
