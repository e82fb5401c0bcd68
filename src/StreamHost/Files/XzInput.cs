using SharpCompress.Compressors.Xz;

namespace StreamMoe.StreamHost.Files;

/// <summary>Unpacks an xz file, also one of several streams one after the other, as <c>cat a.xz b.xz</c> makes it.</summary>
internal sealed class XzInput : ReadOnlyInput
{
    // The largest that xz itself makes (-9) is 64 MiB; the reader takes as much memory as the file says.
    private const long MostDictionary = 128L << 20;

    // Its filter, with one byte of properties.
    private static readonly byte[] Lzma2 = [0x21, 0x01];

    private readonly Stream _file;
    private XZStream? _stream;

    /// <param name="file">The file, which can seek; the caller disposes of it.</param>
    /// <exception cref="InvalidDataException">It needs a dictionary of more than 128 MiB.</exception>
    public XzInput(Stream file)
    {
        _file = file;
        Begin();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_stream is not null)
        {
            int read = _stream.Read(buffer);
            if (read > 0 || buffer.IsEmpty) return read;
            _stream = null;
            // Between streams there may be zeros, four at a time.
            int next;
            while ((next = _file.ReadByte()) == 0) { }
            if (next < 0) return 0;
            _file.Position--;
            Begin();
        }
        return 0;
    }

    private void Begin()
    {
        CheckDictionary();
        _stream = new XZStream(_file);
    }

    /// <summary>Looks at the first block's header: stream header of 12 bytes, size, flags, filters; the last filter is LZMA2 (0x21) with one byte of size.</summary>
    private void CheckDictionary()
    {
        long start = _file.Position;
        byte[] head = new byte[12 + 1024];
        int read = _file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        _file.Position = start;
        if (read < 16) return;
        int size = (head[12] + 1) * 4;
        ReadOnlySpan<byte> block = head.AsSpan(12, Math.Min(size, read - 12));
        int filter = block.IndexOf(Lzma2);
        if (head[12] == 0 || filter < 0 || filter + 2 >= block.Length) return;
        int bits = block[filter + 2] & 0x3F;
        long dictionary = bits >= 40 ? uint.MaxValue : (2L | (bits & 1)) << ((bits / 2) + 11);
        if (dictionary > MostDictionary)
            throw new InvalidDataException($"the xz data need a dictionary of {dictionary >> 20:N0} MiB, the most allowed is {MostDictionary >> 20} MiB; pack it with xz -9 or less");
    }
}
