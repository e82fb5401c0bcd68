using System.IO.Compression;
using System.IO.Hashing;

namespace StreamMoe.StreamHost.Files;

/// <summary>Unpacks the one file of a zip archive, and checks its length and checksum, which <see cref="ZipArchive"/> leaves to its caller.</summary>
internal sealed class ZipInput : ReadOnlyInput
{
    private readonly ZipArchive _archive;
    private readonly ZipArchiveEntry _entry;
    private readonly Stream _stream;
    private readonly Crc32 _crc = new();
    private long _bytes;

    /// <param name="file">The archive, which can seek; the caller disposes of it.</param>
    /// <exception cref="InvalidDataException">It is no zip archive, or does not hold exactly one file.</exception>
    public ZipInput(Stream file)
    {
        _archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        _entry = EntryOf(_archive);
        _stream = _entry.Open();
    }

    /// <summary>The name of the one file in an archive.</summary>
    /// <exception cref="InvalidDataException">As of the constructor.</exception>
    public static string NameIn(Stream file)
    {
        using ZipArchive archive = new(file, ZipArchiveMode.Read, leaveOpen: true);
        return EntryOf(archive).FullName;
    }

    public override int Read(Span<byte> buffer)
    {
        int read = _stream.Read(buffer);
        _crc.Append(buffer[..read]);
        _bytes += read;
        if (_bytes > _entry.Length || (read == 0 && !buffer.IsEmpty && (_bytes != _entry.Length || _crc.GetCurrentHashAsUInt32() != _entry.Crc32)))
            throw new InvalidDataException("the archive's file is damaged: length or checksum differ from what the archive says");
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
            _archive.Dispose();
        }
        base.Dispose(disposing);
    }

    private static ZipArchiveEntry EntryOf(ZipArchive archive)
    {
        // Folders, and what macOS adds, are not files of the user's.
        List<ZipArchiveEntry> files = [.. archive.Entries.Where(e => e.Name.Length > 0 && !e.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal)).Take(11)];
        if (files.Count != 1)
            throw new InvalidDataException(files.Count == 0 ? "the zip archive is empty; expected one file in it"
                : $"the zip archive has {(files.Count > 10 ? "more than 10" : files.Count)} files ({string.Join(", ", files.Take(3).Select(f => f.FullName))}…); expected one. Unpack it, and name the file");
        if (files[0].IsEncrypted) throw new InvalidDataException("the zip archive is encrypted; unpack it yourself");
        return files[0];
    }
}
