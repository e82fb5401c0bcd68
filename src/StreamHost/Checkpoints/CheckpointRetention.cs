namespace StreamMoe.StreamHost.Checkpoints;

/// <summary>Decides which checkpoints of a partition are kept.</summary>
internal static class CheckpointRetention
{
    /// <summary>Those that may go: all but the newest so many, and the newest at or below the committed offset.</summary>
    /// <param name="entries">The partition's checkpoints in any order. Those with a damaged head never go: nobody knows what they are.</param>
    /// <param name="keep">How many are kept, ≥ 1.</param>
    /// <param name="committed">The committed next offset; null for none.</param>
    public static IEnumerable<CheckpointEntry> Superfluous(IEnumerable<CheckpointEntry> entries, int keep, long? committed)
    {
        CheckpointEntry[] known = [.. entries.Where(e => e.Fault is null).OrderByDescending(e => e.Generation)];
        CheckpointEntry? needed = known.FirstOrDefault(e => e.NextOffset <= committed);
        return known.Skip(keep).Where(e => e != needed);
    }
}
