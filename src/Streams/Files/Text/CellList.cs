namespace StreamMoe.Streams.Files.Text;

/// <summary>The cells of one row: parts of the row's bytes, or, where escapes were resolved, of a scratch buffer. Reused from row to row.</summary>
internal sealed class CellList
{
    private readonly int _capacity;
    private Cell[] _cells = new Cell[16];
    private int[] _marks = []; // of each column, the row that named it last
    private int _row;
    private byte[] _scratch = new byte[256];
    private int _scratchUsed;

    /// <param name="capacity">Cells that are kept; further ones are only counted.</param>
    public CellList(int capacity) => _capacity = capacity;

    /// <value>Number of cells found, which may be more than are kept.</value>
    public int Count { get; private set; }

    /// <value>Number of cells kept.</value>
    public int Kept => Math.Min(Count, _capacity);

    /// <value>True when the cells are a sparse row's: each names its column.</value>
    public bool IsSparse { get; set; }

    public void Clear()
    {
        Count = 0;
        _row++;
        _scratchUsed = 0;
        IsSparse = false;
    }

    /// <summary>Adds a cell that stands in the row as it is.</summary>
    public void Add(int start, int length, bool quoted, int column = -1)
        => Add(new Cell(start, length, quoted, false, column));

    /// <summary>Adds the bytes given to <see cref="Append"/> since the last cell, as a quoted cell.</summary>
    public void AddAppended(int scratchStart, int column = -1)
        => Add(new Cell(scratchStart, _scratchUsed - scratchStart, true, true, column));

    /// <value>Where the next cell of resolved bytes begins.</value>
    public int ScratchStart => _scratchUsed;

    /// <summary>Adds resolved bytes to the cell that <see cref="AddAppended"/> will end.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_scratchUsed + bytes.Length > _scratch.Length)
            Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, _scratchUsed + bytes.Length));
        bytes.CopyTo(_scratch.AsSpan(_scratchUsed));
        _scratchUsed += bytes.Length;
    }

    /// <summary>Notes that a sparse row names a column.</summary>
    /// <returns>False when the row has named it before.</returns>
    public bool MarkColumn(int column)
    {
        if (_marks.Length == 0) _marks = new int[_capacity];
        if (_marks[column] == _row) return false;
        _marks[column] = _row;
        return true;
    }

    /// <summary>The text of a cell, without quotes and escapes.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> row, int cell)
    {
        ref readonly Cell c = ref _cells[cell];
        return (c.Resolved ? _scratch : row).Slice(c.Start, c.Length);
    }

    /// <summary>True when the cell stood in quotes.</summary>
    public bool IsQuoted(int cell) => _cells[cell].Quoted;

    /// <summary>The column that a cell of a sparse row names.</summary>
    public int Column(int cell) => _cells[cell].Column;

    private void Add(Cell cell)
    {
        if (Count < _capacity)
        {
            if (Count == _cells.Length) Array.Resize(ref _cells, Math.Min(_capacity, _cells.Length * 2));
            _cells[Count] = cell;
        }
        Count++;
    }

    private readonly record struct Cell(int Start, int Length, bool Quoted, bool Resolved, int Column);
}
