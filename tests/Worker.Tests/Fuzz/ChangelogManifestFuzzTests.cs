using System.Security.Cryptography;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Tests.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Fuzz;

/// <summary>Damaged manifests in a changelog, some with a seal that fits: what is restored is never behind the commit, and the partition goes on.</summary>
public sealed class ChangelogManifestFuzzTests
{
    private const string Manifest = "3:group/events/l3/1/manifest";
    private static readonly LearnerId s_partition = new("events", 3);
    private static readonly CheckpointHeader s_header = new("majority", 1, "events-l3", 0, new Dictionary<string, string> { ["topK"] = "3" });
    private static readonly InMemoryChangelog s_whole = Written();
    private static readonly Mutation s_mutation = new([s_whole.Values[Manifest]], "manifest-1", "manifest-2", "\0\0\0\0", "\u0001\0\0\0", "\0\0\0\0\0\0\0");

    [Fact]
    public void Manifest_SomeDamaged_NothingBehindTheCommitIsRestored() => Run(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void Manifest_ManyDamaged_NothingBehindTheCommitIsRestored() => Run(FuzzCases.Manifests);

    private static void Run(int cases)
    {
        (int accepted, int refused) = FuzzRun.Run(cases, seed => seed % 2 == 0 ? s_mutation.Make(seed) : Sealed(s_mutation.Make(seed)), IsUsed);
        Assert.True(Environment.GetEnvironmentVariable(FuzzRun.Only) is not null || Math.Min(accepted, refused) > cases / 100, $"{accepted} accepted, {refused} refused");
    }

    /// <summary>Three checkpoints, at 100, 200 and 300; the manifest of the one at 200 is damaged, and 250 is committed.</summary>
    private static bool IsUsed(byte[] manifest)
    {
        InMemoryChangelog log = new();
        foreach ((string key, byte[] value) in s_whole.Values) log.Values[key] = value;
        log.Values[Manifest] = manifest;

        RestoredCheckpoint found;
        try
        {
            found = Open(log).Restore(s_partition, 250);
        }
        catch (CheckpointFormatException)
        {
            return false;
        }
        long position = found.Checkpoint!.Header.NextPosition;
        Assert.True(position is 100 or 200, $"restored {position}");
        Assert.True(position == 200 || found.Skipped.Count == 1 || Open(log).List(s_partition).Single(e => e.Name.EndsWith("/1", StringComparison.Ordinal)).NextOffset > 250, "passed over in silence");
        foreach (SkippedCheckpoint skipped in found.Skipped) Assert.StartsWith($"Checkpoint {skipped.Name} cannot be used: ", skipped.Reason, StringComparison.Ordinal);

        ICheckpointStore store = Open(log);
        for (long offset = 400; offset <= 900; offset += 100) Write(store, offset, 250);
        Assert.Equal(900, Open(log).Restore(s_partition, 10_000).Checkpoint!.Header.NextPosition);
        // Whoever can make a seal fit can also say that a checkpoint is what the commit needs.
        if (!manifest.AsSpan().SequenceEqual(Sealed([.. manifest])) || manifest.AsSpan().SequenceEqual(s_whole.Values[Manifest]))
            Assert.True(Open(log).Restore(s_partition, 250).Checkpoint?.Header.NextPosition is 100 or 200, "what the commit needs is gone");
        return position == 200;
    }

    private static ChangelogCheckpointStore Open(InMemoryChangelog log) => new(log, "group", keep: 3);

    private static InMemoryChangelog Written()
    {
        InMemoryChangelog log = new();
        ICheckpointStore store = Open(log);
        for (long offset = 100; offset <= 300; offset += 100) Write(store, offset, 250);
        return log;
    }

    private static void Write(ICheckpointStore store, long offset, long committed)
        => store.Write(s_partition, offset, committed, s_header, [new("learner", writer => writer.Write(new byte[700]))]);

    private static byte[] Sealed(byte[] bytes)
    {
        if (bytes.Length < SHA256.HashSizeInBytes) return bytes;
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes)).CopyTo(bytes, bytes.Length - SHA256.HashSizeInBytes);
        return bytes;
    }
}
