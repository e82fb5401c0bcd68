namespace StreamMoe.StreamHost.Files;

/// <summary>What an unpacker gives, within bounds, and with its faults turned into those that a reader of text expects.</summary>
/// <remarks>A file that unpacks to more than <see cref="MostRatio"/> times its size is refused once <see cref="FreeBytes"/> have come out: it is made to fill a disk or
/// to run for ever. Used by one thread; cannot seek.</remarks>
/// <param name="packed">The packed bytes; disposed of with this.</param>
/// <param name="unpacked">What unpacks them.</param>
internal sealed class BoundedInput(Stream packed, Stream unpacked) : ReadOnlyInput
{
    /// <summary>Largest ratio of unpacked to packed bytes: 2,000.</summary>
    public const long MostRatio = 2000;

    /// <summary>Bytes whose ratio is not looked at: 256 MiB.</summary>
    public const long FreeBytes = 256L << 20;

    private long _bytes;

    /// <exception cref="InvalidDataException">The data are damaged, end early, or unpack to too much.</exception>
    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = unpacked.Read(buffer);
        }
        catch (Exception e) when (e is not (IOException and not EndOfStreamException) and not InvalidDataException and not ObjectDisposedException)
        {
            // The unpackers have exceptions of their own, and of any kind when bytes are damaged.
            throw new InvalidDataException($"the compressed data are damaged or end early ({e.Message.TrimEnd('.')})", e);
        }
        _bytes += read;
        if (_bytes > FreeBytes && _bytes / MostRatio > packed.Position)
            throw new InvalidDataException($"the file unpacks to more than {MostRatio:N0} times its size; unpack it yourself if that is right");
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
            packed.Dispose();
        }
        base.Dispose(disposing);
    }
}
