namespace StreamMoe.Streams.Files.Text;

/// <summary>Opens a file for reading, through the decompressor when its name ends in <c>.gz</c>.</summary>
internal static class InputFile
{
    private const int CompressedBuffer = 64 << 10;

    /// <exception cref="StreamFileException">The file is missing, not a regular file, may not be read, or is not gzip though its name says so.</exception>
    public static Stream Open(string path)
    {
        FileStream file = OpenFile(path, out bool compressed);
        if (!compressed) return file;
        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        if (read < 2 || magic[0] != 0x1F || magic[1] != 0x8B)
        {
            file.Dispose();
            throw new StreamFileException(
                $"{path}: the name says gzip, but the file does not begin with the gzip mark 1F 8B (it {(read == 0 ? "is empty" : "holds something else")}); rename or compress it.");
        }
        file.Position = 0;
        return new GzipInput(file);
    }

    private static FileStream OpenFile(string path, out bool compressed)
    {
        compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        try
        {
            if (Directory.Exists(path)) throw new StreamFileException($"{path}: is a folder; expected a file.");
            FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, compressed ? CompressedBuffer : 0, FileOptions.SequentialScan);
            if (file.CanSeek) return file;
            file.Dispose();
            throw new StreamFileException($"{path}: is not a regular file; a stream is read more than once, so write it to a file first.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StreamFileException($"{path}: no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StreamFileException($"{path}: cannot be opened: {e.Message}", e);
        }
    }
}
