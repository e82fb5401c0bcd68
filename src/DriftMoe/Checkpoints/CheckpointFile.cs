using System.Security.Cryptography;
using System.Text;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>One checkpoint as a file: magic, format version, header, state, and a SHA-256 over all of it.</summary>
/// <remarks>
/// Layout, little-endian: 8 bytes <c>SMOECKPT</c>, int32 format, the header (model, seed, stream, next position, number of options,
/// name and value of each), the state as <see cref="StateWriter"/> wrote it, 32 bytes SHA-256 of everything before.
/// A file is written beside its place, flushed to the disk and then renamed over it, so a reader finds the old file or the new one.
/// </remarks>
public static class CheckpointFile
{
    /// <summary>The format that this build writes, and the only one that it reads: 1.</summary>
    public const int Format = 1;

    private const int DigestLength = 32;
    private static readonly byte[] Magic = "SMOECKPT"u8.ToArray();

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="path">Where it is to be.</param>
    /// <param name="header">What it says about itself.</param>
    /// <param name="state">Writes the state.</param>
    /// <exception cref="IOException">The file cannot be written; the previous one, if any, is untouched.</exception>
    public static void Write(string path, CheckpointHeader header, Action<StateWriter> state)
    {
        using MemoryStream bytes = new();
        bytes.Write(Magic);
        StateWriter writer = new(bytes);
        writer.Write(Format);
        writer.Write(header.Model);
        writer.Write(header.Seed);
        writer.Write(header.Stream);
        writer.Write(header.NextPosition);
        writer.Write(header.LearningOptions.Count);
        foreach ((string name, string value) in header.LearningOptions.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(value);
        }
        state(writer);
        byte[] digest = SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));

        string temporary = path + ".tmp";
        using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write))
        {
            bytes.WriteTo(file);
            file.Write(digest);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a checkpoint and checks it whole before anything of it is used.</summary>
    /// <returns>The header, and a reader that stands at the beginning of the state.</returns>
    /// <exception cref="CheckpointException">The file is damaged or of another format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (CheckpointHeader Header, StateReader State) Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < Magic.Length + sizeof(int) + DigestLength || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new CheckpointException($"{path} is not a checkpoint of StreamMoE: it does not begin with '{Encoding.ASCII.GetString(Magic)}'.");

        MemoryStream content = new(bytes, 0, bytes.Length - DigestLength) { Position = Magic.Length };
        StateReader reader = new(content);
        int format = reader.ReadInt32();
        if (format != Format)
            throw new CheckpointException($"Checkpoint {path} has format {format}; this build reads {Format}.");
        if (!SHA256.HashData(bytes.AsSpan(0, bytes.Length - DigestLength)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - DigestLength)))
            throw new CheckpointException($"Checkpoint {path} is damaged: its SHA-256 does not match its {bytes.Length} bytes. Use an older one, or start without it.");
        try
        {
            return (ReadHeader(reader), reader);
        }
        catch (StateFormatException e)
        {
            throw new CheckpointException($"Checkpoint {path} cannot be read: {e.Message}", e);
        }
    }

    private static CheckpointHeader ReadHeader(StateReader reader)
    {
        string model = reader.ReadString();
        long seed = reader.ReadInt64();
        string stream = reader.ReadString();
        long next = reader.ReadInt64();
        int count = reader.ReadInt32(0, 10_000, "the number of options");
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++) options[reader.ReadString()] = reader.ReadString();
        return new CheckpointHeader(model, seed, stream, next, options);
    }
}
