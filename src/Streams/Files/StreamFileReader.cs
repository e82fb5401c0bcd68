using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files;

/// <summary>A file read as a stream of instances, from <see cref="StreamFile.Open(string, StreamFileOptions?)"/>.</summary>
/// <remarks>A row without a class label is a good row: its label is <see cref="InstanceBlock.NoLabel"/>. A row that does not fit the schema is
/// reported by file, line, found and allowed: it throws, or is left out and counted, by <see cref="StreamFileOptions.OnBadRow"/>.
/// Nominal values and classes that the file brought stay known after <see cref="Restart"/>, with their indices. Memory: a buffer of 256 KiB or
/// the longest row, whichever is larger; reading a row allocates nothing, unless it is bad or brings a new nominal value.</remarks>
public abstract class StreamFileReader : InstanceStream
{
    /// <summary>Largest number of columns of a file: 65,536.</summary>
    public const int MaxColumns = 1 << 16;

    /// <summary>Number of messages about bad rows that are kept: the first 10.</summary>
    public const int MaxKeptMessages = 10;

    private readonly BadRowAction _onBadRow;
    private readonly List<string> _messages = [];
    private readonly List<string> _notices = [];
    private Schema? _schema;
    private int _features;
    private long _dataOffset;
    private long _dataLine;
    private long _badRows;
    private bool _disposed;

    /// <summary>What is wrong with a row that has a NUL byte.</summary>
    internal const string NulProblem = "found a NUL byte, which text does not have; is this UTF-16? Save the file as UTF-8.";

    private protected StreamFileReader(TextSource source, StreamFileOptions options)
    {
        Source = source;
        _onBadRow = options.OnBadRow;
        try
        {
            Lines = new LineReader(source, options.MaxRowBytes);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(e);
        }
    }

    /// <value>The file as it was named when it was opened.</value>
    public string FilePath => Source.Name;

    /// <value>Where the text comes from.</value>
    private protected TextSource Source { get; }

    /// <inheritdoc/>
    public sealed override Schema Schema => _schema!;

    /// <value>Number of instances given since the beginning or the last <see cref="Restart"/>.</value>
    public long RowCount { get; private set; }

    /// <value>Number of bad rows met since the beginning or the last <see cref="Restart"/>.</value>
    public sealed override long BadRowCount => _badRows;

    /// <value>The messages of the first bad rows, at most <see cref="MaxKeptMessages"/>, in file order.</value>
    public IReadOnlyList<string> BadRowMessages => _messages;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Notices => _notices;

    /// <value>Line on which the last row began, from 1.</value>
    public long LineNumber => Lines.LineNumber;

    private protected LineReader Lines { get; }

    /// <summary>Takes the next instance.</summary>
    /// <param name="features">Receives the features; length = the schema's attribute count. NaN = missing. Undefined after an exception or at the end.</param>
    /// <param name="label">The class index, or <see cref="InstanceBlock.NoLabel"/>.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="BadRowException">The row is bad and bad rows stop the run; the next call reads the row behind it.</exception>
    /// <exception cref="StreamFileException">The file is damaged or cut short (the text says how many rows came before), or a line is too long.</exception>
    /// <exception cref="ArgumentException"><paramref name="features"/> has another length.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed of.</exception>
    public sealed override bool Next(Span<double> features, out int label)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (features.Length != _features)
            throw new ArgumentException($"Features have length {features.Length}; must be {_features}.", nameof(features));
        while (true)
        {
            if (!ReadRow(out ReadOnlySpan<byte> row))
            {
                label = InstanceBlock.NoLabel;
                return false;
            }
            string? problem;
            if (Lines.RowHasNul) (problem, label) = (NulProblem, InstanceBlock.NoLabel);
            else problem = ParseRow(row, features, out label);
            if (problem is null)
            {
                RowCount++;
                return true;
            }
            _badRows++;
            BadRowException bad = new(FilePath, Lines.LineNumber, problem);
            if (_messages.Count < MaxKeptMessages) _messages.Add(bad.Message);
            if (_onBadRow == BadRowAction.Stop) throw bad;
        }
    }

    /// <summary>Goes back to the first row. Counts and messages start anew; nominal values that were added stay.</summary>
    /// <exception cref="StreamFileException">The file cannot be opened again.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed of.</exception>
    public sealed override void Restart()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            Lines.Restart(_dataOffset, _dataLine);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(e);
        }
        RowCount = _badRows = 0;
        _messages.Clear();
    }

    /// <summary>Closes the file.</summary>
    public sealed override void Dispose()
    {
        _disposed = true;
        Lines.Dispose();
        base.Dispose();
    }

    /// <summary>Goes to the next row that is not blank.</summary>
    private protected abstract bool ReadRow(out ReadOnlySpan<byte> row);

    /// <summary>Reads an instance from a row.</summary>
    /// <returns>Null, or what is wrong with the row.</returns>
    private protected abstract string? ParseRow(ReadOnlySpan<byte> row, Span<double> features, out int label);

    /// <summary>Notes that the header has been read and the first row comes next.</summary>
    private protected void EndHeader()
    {
        _dataOffset = Lines.Offset;
        _dataLine = Lines.LastLineNumber + 1;
    }

    /// <summary>Keeps something that the user should know of how the file is read.</summary>
    private protected void Notice(string text) => _notices.Add($"{FilePath}: {text}");

    private protected void SetSchema(Schema schema)
    {
        _schema = schema;
        _features = schema.AttributeCount;
    }

    /// <summary>Goes to the next line.</summary>
    private protected bool ReadLine()
    {
        try
        {
            return Lines.Read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Adds the next line to the row.</summary>
    private protected bool ExtendRow()
    {
        try
        {
            return Lines.Extend();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(e);
        }
    }

    private StreamFileException Damaged(Exception e)
    {
        string rows = $"{RowCount} rows were read before it{(BadRowCount > 0 ? $", and {BadRowCount} bad ones" : "")}";
        return new StreamFileException($"{FilePath}: reading failed after line {Lines?.LastLineNumber ?? 0}: {e.Message.TrimEnd('.')}; {rows}.", e);
    }
}
