using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;
using StreamMoe.Streams.Files;
using ZstdSharp;

namespace StreamMoe.StreamHost.Files;

/// <summary>All files that are read as streams: those of <see cref="StreamFile"/>, those packed in other ways, and Parquet.</summary>
internal static class FileFormats
{
    private static readonly string[] Texts = [".csv", ".tsv", ".arff"];

    private static readonly Dictionary<string, Func<FileStream, Stream>> Unpackers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".zst"] = file => new DecompressionStream(file, leaveOpen: false),
        [".xz"] = file => new XzInput(file),
        [".bz2"] = file => BZip2Stream.Create(file, CompressionMode.Decompress, decompressConcatenated: true),
        [".zip"] = file => new ZipInput(file),
    };

    /// <summary>The endings in words, for messages and help.</summary>
    public const string Endings = ".csv, .tsv or .arff, each also with .gz, .zst, .xz, .bz2 or .zip after it, .zip with one such file in it, or .parquet";

    /// <summary>True when the name has an ending that is read; the file need not exist.</summary>
    public static bool IsKnown(string path) => StreamFile.HasKnownEnding(path) || IsParquet(path) || (PackingOf(path) is { } packing && (packing == ".zip" || TextOf(Inner(path)) is not null));

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file, with a known ending.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="StreamFileException">It is missing, damaged, or has a header that does not fit.</exception>
    public static StreamFileReader Open(string path, StreamFileOptions options)
    {
        if (StreamFile.HasKnownEnding(path)) return StreamFile.Open(path, options);
        try
        {
            if (IsParquet(path)) return StreamFile.Open(ParquetText.Source(path, [.. options.Drop]), options);
            string packing = PackingOf(path) ?? throw new StreamFileException($"{path}: unknown ending; a stream file ends in {Endings}.");
            string inner = packing == ".zip" ? NameInZip(path) : Inner(path);
            string text = TextOf(inner) ?? throw new StreamFileException($"{path}: holds '{inner}'; the file in it must end in .csv, .tsv or .arff.");
            return StreamFile.Open(StreamFile.SourceOf(path, text, () => Unpack(path, packing)) with { Relation = Path.GetFileName(inner)[..^text.Length] }, options);
        }
        catch (Exception e) when (e is InvalidDataException)
        {
            throw new StreamFileException($"{path}: {e.Message}.", e);
        }
    }

    private static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    private static string? PackingOf(string path) => Unpackers.Keys.FirstOrDefault(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static string Inner(string path) => path[..path.LastIndexOf('.')];

    private static string? TextOf(string name) => Texts.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static string NameInZip(string path)
    {
        using FileStream file = File.OpenRead(path);
        return ZipInput.NameIn(file);
    }

    private static BoundedInput Unpack(string path, string packing)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            return new BoundedInput(file, Unpackers[packing](file));
        }
        catch (Exception e) when (e is not StreamFileException and not IOException)
        {
            file.Dispose();
            throw new InvalidDataException($"the file is not what its ending {packing} says, or is damaged ({e.Message.TrimEnd('.')})", e);
        }
    }
}
