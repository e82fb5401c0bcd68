using System.Globalization;
using System.Security.Cryptography;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Experts.State;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>What stands behind the chunks of a checkpoint in a changelog.</summary>
/// <param name="Generation">The checkpoint's number.</param>
/// <param name="NextOffset">Offset of the first record that it does not reflect.</param>
/// <param name="Chunks">Number of chunks.</param>
/// <param name="Length">Bytes of all chunks.</param>
/// <param name="Digest">SHA-256 of all chunks in order.</param>
internal sealed record ChangelogManifest(long Generation, long NextOffset, int Chunks, long Length, byte[] Digest)
{
    private const string Prefix = "manifest-", Name = Prefix + "2";

    // What a damaged number could do: a generation after which there is none, a loop over chunks that are not there.
    private const long Most = 1L << 53;

    /// <summary>The bytes of the manifest, with a SHA-256 of them all at the end.</summary>
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
        bytes.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="StateFormatException">The bytes are none.</exception>
    /// <exception cref="CheckpointFormatException">It is of another format.</exception>
    public static ChangelogManifest Read(byte[] bytes)
    {
        int length = bytes.Length - SHA256.HashSizeInBytes;
        using MemoryStream stream = new(bytes, 0, Math.Max(0, length), writable: false);
        StateReader reader = new(stream);
        string name = reader.ReadString();
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !uint.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw new StateFormatException($"It begins with '{(name.Length > 40 ? name[..40] + "…" : name)}', not with '{Name}'.");
        if (!SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length))) throw new StateFormatException($"Its {length} bytes do not have the SHA-256 behind them.");
        if (name != Name) throw new CheckpointFormatException($"its manifest is a '{name}'; this build reads '{Name}'. Go on with a release that reads it, or begin anew without it.");
        ChangelogManifest found = new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32(1, int.MaxValue, "the number of chunks"), reader.ReadInt64(), reader.ReadArray<byte>());
        return found.Generation is >= 1 and <= Most && found.NextOffset is >= 0 and <= Most && found.Length >= found.Chunks && stream.Position == length ? found
            : throw new StateFormatException($"Generation {found.Generation}, offset {found.NextOffset} and {found.Length} bytes in {found.Chunks} chunks are not what is written.");
    }
}
