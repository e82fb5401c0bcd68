using StreamMoe.Streams.Files;

namespace StreamMoe.StreamHost.Files;

/// <summary>A pipe that can be opened again at its beginning, as long as no more than its first bytes have been read: types are inferred from them.</summary>
internal sealed class PipeInput(Stream pipe)
{
    /// <summary>Bytes that are kept: the first 64 MiB.</summary>
    public const int KeptBytes = 64 << 20;

    private byte[] _kept = new byte[256 << 10];
    private int _keptCount;
    private bool _beyond;

    /// <summary>Opens the pipe at its beginning; what was opened before must not be read any more.</summary>
    /// <exception cref="StreamFileException">What was read is no longer kept.</exception>
    public Stream Open() => _beyond
        ? throw new StreamFileException($"standard input cannot be read a second time after its first {KeptBytes >> 20} MiB; write it to a file, and name that.")
        : new Reader(this);

    private sealed class Reader(PipeInput owner) : ReadOnlyInput
    {
        private int _at;

        public override int Read(Span<byte> buffer)
        {
            if (_at < owner._keptCount)
            {
                int kept = Math.Min(buffer.Length, owner._keptCount - _at);
                owner._kept.AsSpan(_at, kept).CopyTo(buffer);
                _at += kept;
                return kept;
            }
            int read = owner.Take(buffer);
            _at += read;
            return read;
        }
    }

    private int Take(Span<byte> buffer)
    {
        int read = pipe.Read(buffer);
        if (_beyond) return read;
        if (_keptCount + read > KeptBytes)
        {
            (_beyond, _kept, _keptCount) = (true, [], 0);
            return read;
        }
        if (_keptCount + read > _kept.Length) Array.Resize(ref _kept, Math.Min(KeptBytes, Math.Max(_kept.Length * 2, _keptCount + read)));
        buffer[..read].CopyTo(_kept.AsSpan(_keptCount));
        _keptCount += read;
        return read;
    }
}
