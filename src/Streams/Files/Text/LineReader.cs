namespace StreamMoe.Streams.Files.Text;

/// <summary>Reads a file line by line into one buffer; a line can be extended by the lines behind it (a CSV row with a line end inside quotes).</summary>
/// <remarks>Lines end in LF or CR LF; the last one may lack its end. A UTF-8 byte order mark is left out.
/// Memory: the buffer, 256 KiB, growing with the longest row up to the cap.</remarks>
internal sealed class LineReader : IDisposable
{
    private const int InitialBuffer = 256 << 10;

    private readonly TextSource _source;
    private readonly int _cap;
    private byte[] _buffer = new byte[InitialBuffer];
    private Stream _input;
    private bool _sawNul;     // some byte read so far is 0
    private bool _ended;      // the input has no more bytes
    private int _start;       // first byte of the row
    private int _contentEnd;  // behind its last byte, line end left out
    private int _next;        // first byte behind its line end
    private int _filled;      // behind the last byte in the buffer
    private int _firstLength; // content of the row's first line, and
    private int _firstNext;   // the start of the second, both relative to _start
    private long _nextLine;   // number of the line at _next
    private long _bufferOffset; // bytes of text before the buffer

    /// <exception cref="StreamFileException">The file cannot be opened, is not gzip though its name says so, or is UTF-16.</exception>
    public LineReader(TextSource source, int cap)
    {
        _source = source;
        _cap = cap;
        _input = source.Open();
        SkipTo(0, 1);
    }

    /// <value>Number of the line on which the row begins, from 1.</value>
    public long LineNumber { get; private set; }

    /// <value>Number of the last line that was read, from 1; 0 before the first.</value>
    public long LastLineNumber => _nextLine - 1;

    /// <value>Bytes of (decompressed) text up to and with the row; a place for <see cref="Restart"/>.</value>
    public long Offset => _bufferOffset + _next;

    /// <value>The row without its line end. Valid until the next call of any method.</value>
    public ReadOnlySpan<byte> Row => _buffer.AsSpan(_start, _contentEnd - _start);

    /// <value>True when the row has a byte that no text has.</value>
    public bool RowHasNul => _sawNul && Row.Contains((byte)0);

    /// <summary>Goes to the next line.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="StreamFileException">The line is longer than the cap.</exception>
    /// <exception cref="InvalidDataException">The gzip data are damaged or end early.</exception>
    public bool Read()
    {
        LineNumber = _nextLine;
        _start = _next;
        if (!FindLineEnd(_start))
        {
            if (_ended && _start == _filled) return false;
            throw TooLong();
        }
        if (_contentEnd - _start > _cap) throw TooLong();
        _firstLength = _contentEnd - _start;
        _firstNext = _next - _start;
        return true;
    }

    /// <summary>Adds the next line to the row, with the line end between them as it stands in the file.</summary>
    /// <returns>False when the file ends or the row would become longer than the cap; then <see cref="Shorten"/> is called next.</returns>
    public bool Extend() => _next - _start <= _cap && FindLineEnd(_next) && _contentEnd - _start <= _cap;

    /// <summary>Makes the row its first line again; what <see cref="Extend"/> added will be read anew.</summary>
    public void Shorten()
    {
        _nextLine = LineNumber + 1;
        _contentEnd = _start + _firstLength;
        _next = _start + _firstNext;
    }

    /// <summary>Opens the file anew and goes to a place taken from <see cref="Offset"/>.</summary>
    public void Restart(long offset, long nextLine)
    {
        _input.Dispose();
        _input = _source.Open();
        SkipTo(offset, nextLine);
    }

    public void Dispose() => _input.Dispose();

    private void SkipTo(long offset, long nextLine)
    {
        _ended = false;
        _start = _contentEnd = _next = _filled = 0;
        _bufferOffset = offset;
        LineNumber = _nextLine = nextLine;
        if (offset == 0) SkipByteOrderMark();
        else if (_input.CanSeek) _input.Position = offset;
        else
        {
            for (long left = offset; left > 0;)
            {
                int read = _input.Read(_buffer, 0, (int)Math.Min(left, _buffer.Length));
                if (read == 0) break;
                left -= read;
            }
        }
    }

    private void SkipByteOrderMark()
    {
        while (_filled < 3 && !_ended) Fill();
        ReadOnlySpan<byte> head = _buffer.AsSpan(0, _filled);
        if (head.StartsWith("\uFEFF"u8)) _next = 3;
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new StreamFileException($"{_source.Name}: the text is UTF-16; save it as UTF-8.");
    }

    /// <summary>Finds the end of the line that begins at <paramref name="lineStart"/> and makes it the end of the row.</summary>
    /// <returns>False when there is no such line, or the row would be longer than the cap.</returns>
    private bool FindLineEnd(int lineStart)
    {
        int from = lineStart;
        while (true)
        {
            int index = _buffer.AsSpan(from, _filled - from).IndexOf((byte)'\n');
            if (index >= 0)
            {
                EndRow(lineStart, from + index, from + index + 1);
                return true;
            }
            if (_ended)
            {
                if (lineStart == _filled) return false;
                EndRow(lineStart, _filled, _filled);
                return true;
            }
            int scanned = _filled - _start;
            if (scanned - 2 > _cap) return false;
            int lineOffset = lineStart - _start;
            Fill();
            lineStart = _start + lineOffset;
            from = _start + scanned;
        }
    }

    private void EndRow(int lineStart, int contentEnd, int next)
    {
        if (contentEnd > lineStart && _buffer[contentEnd - 1] == (byte)'\r') contentEnd--;
        _contentEnd = contentEnd;
        _next = next;
        _nextLine++;
    }

    /// <summary>Reads more bytes behind those in the buffer; the row moves to the buffer's front.</summary>
    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            _bufferOffset += _start;
            _filled -= _start;
            _next -= _start;
            _contentEnd -= _start;
            _start = 0;
        }
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, _buffer.Length * 2L));
        int read = _input.Read(_buffer, _filled, _buffer.Length - _filled);
        _ended = read == 0;
        _sawNul |= _buffer.AsSpan(_filled, read).Contains((byte)0);
        _filled += read;
    }

    private StreamFileException TooLong()
        => new($"{_source.Name}:{LineNumber}: the line is longer than {_cap} bytes, the largest length of a line. Is this a text file?");
}
