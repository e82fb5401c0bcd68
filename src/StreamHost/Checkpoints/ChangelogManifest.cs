using StreamMoe.Experts.State;

namespace StreamMoe.StreamHost.Checkpoints;

/// <summary>What stands behind the chunks of a checkpoint in a changelog.</summary>
/// <param name="Generation">The checkpoint's number.</param>
/// <param name="NextOffset">Offset of the first record that it does not reflect.</param>
/// <param name="Chunks">Number of chunks.</param>
/// <param name="Length">Bytes of all chunks.</param>
/// <param name="Digest">SHA-256 of all chunks in order.</param>
internal sealed record ChangelogManifest(long Generation, long NextOffset, int Chunks, long Length, byte[] Digest)
{
    private const string Name = "manifest-1";

    /// <summary>The bytes of the manifest.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream bytes = new();
        StateWriter writer = new(bytes);
        writer.Mark(Name);
        writer.Write(Generation);
        writer.Write(NextOffset);
        writer.Write(Chunks);
        writer.Write(Length);
        writer.Write(Digest);
        return bytes.ToArray();
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="StateFormatException">The bytes are none.</exception>
    public static ChangelogManifest Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes, writable: false);
        StateReader reader = new(stream);
        reader.Mark(Name);
        return new ChangelogManifest(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32(0, int.MaxValue, "the number of chunks"), reader.ReadInt64(), reader.ReadArray<byte>());
    }
}
