using System.Security.Cryptography;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>One checkpoint as a file: a head that says what is in it, then the sections, with a SHA-256 over each and over all of it.</summary>
/// <remarks>
/// docs/checkpoints.md has the layout. A file is written beside its place, flushed to the disk and then renamed over it, so a reader finds the
/// old file or the new one. Reading checks every byte before anything is used. A section has at most 2 GiB; the state is held in memory
/// once more while it is written.
/// </remarks>
public static class CheckpointFile
{
    /// <summary>The format that this build writes, and the only one that it reads: 3, that of every release since 0.2.0.</summary>
    /// <remarks>In every format the first <see cref="CheckpointIndex.PrefixLength"/> bytes and the digest of the head lie as in this one, so that any build can tell
    /// another format from damage.</remarks>
    public const int Format = 3;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="path">Where it is to be; the folder must exist.</param>
    /// <param name="header">What it says about itself.</param>
    /// <param name="sections">The state, at least one section; names must be distinct.</param>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="IOException">The file cannot be written; the previous one, if any, is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of rights.</exception>
    /// <exception cref="ArgumentException">There is no section, or two of the same name.</exception>
    public static long Write(string path, CheckpointHeader header, IReadOnlyList<CheckpointSection> sections)
    {
        List<ReadOnlyMemory<byte>> pieces = Pieces(header, sections);
        DurableFile.Replace(path, file =>
        {
            foreach (ReadOnlyMemory<byte> piece in pieces) file.Write(piece.Span);
        });
        return pieces.Sum(p => (long)p.Length);
    }

    /// <summary>Makes the bytes of a checkpoint, for a store that is not made of files.</summary>
    /// <param name="header">What it says about itself.</param>
    /// <param name="sections">The state, at least one section; names must be distinct.</param>
    /// <exception cref="ArgumentException">There is no section, or two of the same name.</exception>
    public static byte[] ToBytes(CheckpointHeader header, IReadOnlyList<CheckpointSection> sections)
    {
        List<ReadOnlyMemory<byte>> pieces = Pieces(header, sections);
        byte[] bytes = new byte[pieces.Sum(p => p.Length)];
        int at = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            piece.CopyTo(bytes.AsMemory(at));
            at += piece.Length;
        }
        return bytes;
    }

    /// <summary>Reads a checkpoint and checks it whole before anything of it is used.</summary>
    /// <exception cref="CheckpointException">The file is damaged; the text names the places.</exception>
    /// <exception cref="CheckpointFormatException">The file is of another format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint Read(string path) => Read(File.ReadAllBytes(path), path);

    /// <summary>Reads a checkpoint from its bytes, as <see cref="Read(string)"/> does.</summary>
    /// <param name="bytes">The checkpoint; they become its own.</param>
    /// <param name="name">What holds it, for messages.</param>
    /// <exception cref="CheckpointException">It is damaged; the text names the places.</exception>
    /// <exception cref="CheckpointFormatException">It is of another format.</exception>
    public static Checkpoint Read(byte[] bytes, string name)
    {
        CheckpointInspection found = Inspect(bytes, name);
        return found.IsIntact ? new Checkpoint(name, bytes, found.Header!, found.Parts) : throw found.Complaint();
    }

    /// <summary>Reads and checks only the head of a file: cheap, and enough to list it.</summary>
    /// <exception cref="CheckpointException">The head is damaged.</exception>
    /// <exception cref="CheckpointFormatException">The file is of another format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CheckpointHeader ReadHeader(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] bytes = new byte[CheckpointIndex.PrefixLength];
        int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        long length = count < bytes.Length ? count : Math.Clamp(CheckpointIndex.LengthOf(bytes), 0, Math.Min(file.Length, Array.MaxLength));
        Array.Resize(ref bytes, (int)Math.Max(count, length));
        count += file.ReadAtLeast(bytes.AsSpan(count), bytes.Length - count, throwOnEndOfStream: false);
        CheckpointFault? fault = CheckpointIndex.Read(count == bytes.Length ? bytes : bytes[..count], out CheckpointIndex? head);
        return fault is null ? head!.Header : throw new CheckpointInspection(path, file.Length, null, [], [fault]).Complaint();
    }

    /// <summary>Finds out what is in a file and every damaged place in it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CheckpointInspection Inspect(string path) => Inspect(File.ReadAllBytes(path), path);

    /// <summary>Finds out what is in the bytes of a checkpoint and every damaged place in them.</summary>
    /// <param name="bytes">The checkpoint.</param>
    /// <param name="name">What holds it, for messages.</param>
    public static CheckpointInspection Inspect(byte[] bytes, string name)
    {
        if (CheckpointIndex.Read(bytes, out CheckpointIndex? head) is { } headFault) return new CheckpointInspection(name, bytes.Length, null, [], [headFault]);
        List<CheckpointPart> parts = [];
        List<CheckpointFault> faults = [];
        foreach (CheckpointIndex.Section section in head!.Sections)
        {
            long there = Math.Clamp(bytes.Length - section.From, 0, section.Length);
            string? fault = section.From + section.Length > bytes.Length ? $"the file ends at byte {bytes.Length}; the section has {section.Length} bytes"
                : Matches(bytes.AsSpan((int)section.From, (int)there), section.Digest) ? null : "its SHA-256 does not match";
            if (fault is not null) faults.Add(new CheckpointFault($"section '{section.Name}'", section.From, there, fault));
            parts.Add(new CheckpointPart(section.Name, section.From, section.Length, fault is null));
        }
        long end = head.DigestAt;
        if (bytes.Length != end + CheckpointIndex.DigestLength && faults.Count == 0)
            faults.Add(new CheckpointFault("the end", end, bytes.Length - end, $"the file has {bytes.Length} bytes; must have {end + CheckpointIndex.DigestLength}"));
        else if (faults.Count == 0 && !Matches(bytes.AsSpan(0, (int)end), bytes.AsSpan((int)end)))
            faults.Add(new CheckpointFault("the digest of the whole", end, CheckpointIndex.DigestLength, "it does not match the bytes before it"));
        return new CheckpointInspection(name, bytes.Length, head.Header, parts, faults);
    }

    private static bool Matches(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digest) => SHA256.HashData(bytes).AsSpan().SequenceEqual(digest);

    private static List<ReadOnlyMemory<byte>> Pieces(CheckpointHeader header, IReadOnlyList<CheckpointSection> sections)
    {
        if (sections.Count == 0) throw new ArgumentException("A checkpoint needs at least one section.", nameof(sections));
        if (sections.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The section '{twice.Key}' was given twice; names must be distinct.", nameof(sections));
        List<ReadOnlyMemory<byte>> contents = [];
        foreach (CheckpointSection section in sections)
        {
            MemoryStream bytes = new();
            section.Save(new StateWriter(bytes));
            contents.Add(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        }
        byte[] head = CheckpointIndex.Write(header, sections.Select((s, i) => (s.Name, (long)contents[i].Length, SHA256.HashData(contents[i].Span))));
        List<ReadOnlyMemory<byte>> pieces = [head, .. contents];
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> piece in pieces) digest.AppendData(piece.Span);
        pieces.Add(digest.GetHashAndReset());
        return pieces;
    }
}
