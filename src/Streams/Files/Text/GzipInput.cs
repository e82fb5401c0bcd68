using System.IO.Compression;

namespace StreamMoe.Streams.Files.Text;

/// <summary>Decompresses a gzip file and notices when it was cut short, which <see cref="GZipStream"/> alone does not.</summary>
/// <remarks>Behind the file's last byte the decompressor is fed one more, known gzip member. Only if the file was whole does exactly
/// that member's content come out at the end; a file that is cut inside a member gives something else, or an error. What comes out
/// from then on is compared and never passed on, so no byte made up from a cut reaches the reader.</remarks>
internal sealed class GzipInput : Stream
{
    private static readonly byte[] EndMark = [.. "end of the gzip file"u8];
    private static readonly byte[] EndMember = Compress(EndMark);

    private readonly Tail _file;
    private readonly GZipStream _gzip;
    private bool _endChecked;

    public GzipInput(Stream file)
    {
        _file = new Tail(file);
        _gzip = new GZipStream(_file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="InvalidDataException">The data are damaged or end early.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        int read = _file.Ended ? 0 : _gzip.Read(buffer);
        if (!_file.Ended)
            return read > 0 ? read : throw new InvalidDataException("something that is not gzip follows the compressed data");
        CheckEnd(buffer[..read]);
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Everything that comes out once the file has ended must be the end mark.</summary>
    private void CheckEnd(ReadOnlySpan<byte> first)
    {
        if (_endChecked) return;
        Span<byte> rest = stackalloc byte[EndMark.Length + 1];
        int length = Math.Min(first.Length, rest.Length);
        first[..length].CopyTo(rest);
        bool whole;
        try
        {
            whole = first.Length <= EndMark.Length
                && length + _gzip.ReadAtLeast(rest[length..], rest.Length - length, throwOnEndOfStream: false) == EndMark.Length
                && rest[..EndMark.Length].SequenceEqual(EndMark);
        }
        catch (InvalidDataException)
        {
            whole = false;
        }
        if (!whole) throw new InvalidDataException("the compressed data end early or are damaged at the end");
        _endChecked = true;
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream member = new();
        using (GZipStream gzip = new(member, CompressionLevel.Optimal)) gzip.Write(content);
        return member.ToArray();
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gzip.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The file, and behind it the end member.</summary>
    private sealed class Tail(Stream file) : Stream
    {
        private int _served;

        /// <value>True from the moment the file's last byte has been taken and more was asked for.</value>
        public bool Ended { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (!Ended)
            {
                int read = file.Read(buffer);
                if (read > 0 || buffer.IsEmpty) return read;
                Ended = true;
            }
            int length = Math.Min(buffer.Length, EndMember.Length - _served);
            EndMember.AsSpan(_served, length).CopyTo(buffer);
            _served += length;
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
