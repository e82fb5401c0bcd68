using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>The head of a checkpoint file: what the checkpoint says about itself, and where its sections lie with which SHA-256.</summary>
/// <param name="Header">What the checkpoint says about itself.</param>
/// <param name="Sections">Its sections in order.</param>
internal sealed record CheckpointIndex(CheckpointHeader Header, IReadOnlyList<CheckpointIndex.Section> Sections)
{
    /// <summary>Bytes of a SHA-256.</summary>
    public const int DigestLength = 32;

    /// <summary>Magic, format, and the length of what follows up to the head's digest.</summary>
    public const int PrefixLength = 16;

    private const int MostEntries = 10_000;
    private static readonly byte[] s_magic = "SMOECKPT"u8.ToArray();

    /// <summary>Where a section lies.</summary>
    public readonly record struct Section(string Name, long From, long Length, byte[] Digest);

    /// <summary>First byte of the digest of the whole.</summary>
    public long DigestAt => Sections[^1].From + Sections[^1].Length;

    /// <summary>Makes the bytes of a head, its digest after them.</summary>
    public static byte[] Write(CheckpointHeader header, IEnumerable<(string Name, long Length, byte[] Digest)> sections)
    {
        using MemoryStream bytes = new();
        bytes.Write(s_magic);
        StateWriter writer = new(bytes);
        writer.Write(CheckpointFile.Format);
        writer.Write(0);
        writer.Write(header.Model);
        writer.Write(header.Seed);
        writer.Write(header.Stream);
        writer.Write(header.NextPosition);
        writer.Write(header.Generation);
        writer.Write(header.CreatedBy);
        writer.Write(header.LearningOptions.Count);
        foreach ((string name, string value) in header.LearningOptions.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(value);
        }
        writer.Write(header.Schema is not null);
        if (header.Schema is not null) SchemaState.Save(header.Schema, writer);
        var list = sections.ToArray();
        writer.Write(list.Length);
        foreach ((string name, long length, byte[] digest) in list)
        {
            writer.Write(name);
            writer.Write(length);
            bytes.Write(digest);
        }
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetBuffer().AsSpan(PrefixLength - 4), (int)bytes.Length - PrefixLength);
        bytes.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    /// <summary>Length of the head with its digest, as the prefix tells it; a number that cannot be when the prefix is damaged.</summary>
    public static long LengthOf(ReadOnlySpan<byte> prefix) => PrefixLength + BinaryPrimitives.ReadInt32LittleEndian(prefix[(PrefixLength - 4)..]) + DigestLength;

    /// <summary>Reads and checks a head.</summary>
    /// <param name="bytes">At least the head, if the checkpoint has that much.</param>
    /// <param name="head">The head; null when there is a fault.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static CheckpointFault? Read(byte[] bytes, out CheckpointIndex? head)
    {
        head = null;
        int begin = Math.Min(s_magic.Length, bytes.Length);
        if (begin == 0 || !bytes.AsSpan(0, begin).SequenceEqual(s_magic.AsSpan(0, begin)))
            return new CheckpointFault("the head", 0, begin, $"it does not begin with '{Encoding.ASCII.GetString(s_magic)}', so it is no checkpoint of StreamMoE");
        if (bytes.Length < PrefixLength) return new CheckpointFault("the head", 0, bytes.Length, $"it ends here, cut short; at least {PrefixLength} bytes are needed");
        long length = LengthOf(bytes);
        if (length < PrefixLength + DigestLength || length > bytes.Length)
            return new CheckpointFault("the head", 0, bytes.Length, $"it says that it is {length} bytes long; only {bytes.Length} are there: cut short or damaged");
        int end = (int)length - DigestLength;
        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end, DigestLength)))
            return new CheckpointFault("the head", 0, length, "its SHA-256 does not match");
        int format = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(s_magic.Length));
        if (format != CheckpointFile.Format)
            return new CheckpointFault("the head", s_magic.Length, 4, $"it has format {format}{WriterOf(format)}; this build reads {CheckpointFile.Format}") { IsOtherFormat = true };
        using MemoryStream content = new(bytes, 0, end, writable: false) { Position = PrefixLength };
        try
        {
            head = Read(content, length);
            return null;
        }
        catch (StateFormatException e)
        {
            return new CheckpointFault("the head", 0, length, e.Message);
        }
    }

    private static string WriterOf(int format) => format switch
    {
        2 => ", which StreamMoE 0.1.0 wrote",
        > CheckpointFile.Format => ", which a later release of StreamMoE wrote",
        _ => "",
    };

    private static CheckpointIndex Read(MemoryStream content, long next)
    {
        StateReader reader = new(content);
        string model = reader.ReadString();
        long seed = reader.ReadInt64();
        string stream = reader.ReadString();
        long position = reader.ReadInt64();
        long generation = reader.ReadInt64();
        string createdBy = reader.ReadString();
        int count = reader.ReadInt32(0, MostEntries, "the number of options");
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++) options[reader.ReadString()] = reader.ReadString();
        CheckpointHeader header = new(model, seed, stream, position, options)
        {
            Generation = generation,
            CreatedBy = createdBy,
            Schema = reader.ReadBoolean() ? SchemaState.Load(reader) : null,
        };
        List<Section> sections = [];
        for (int left = reader.ReadInt32(1, MostEntries, "the number of sections"); left > 0; left--)
        {
            string name = reader.ReadString();
            long length = reader.ReadInt64();
            byte[] digest = new byte[DigestLength];
            if (length < 0 || length > Array.MaxLength || content.ReadAtLeast(digest, DigestLength, throwOnEndOfStream: false) < DigestLength)
                throw new StateFormatException($"section '{name}' has the length {length}; must be in [0, {Array.MaxLength}], with a SHA-256 behind it");
            sections.Add(new Section(name, next, length, digest));
            next += length;
        }
        return new CheckpointIndex(header, sections);
    }
}
