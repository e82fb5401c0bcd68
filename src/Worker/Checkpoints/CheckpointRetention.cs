using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Decides which checkpoints of a learner are kept.</summary>
internal static class CheckpointRetention
{
    /// <summary>Those that may go: all but the newest so many, and the newest at or below the committed offset.</summary>
    /// <param name="entries">The learner's checkpoints in any order. Those with a damaged head never go: nobody knows what they are.</param>
    /// <param name="keep">How many are kept, ≥ 1.</param>
    /// <param name="committed">The committed next offset; null for none.</param>
    public static IEnumerable<CheckpointEntry> Superfluous(IEnumerable<CheckpointEntry> entries, int keep, long? committed)
    {
        CheckpointEntry[] known = [.. entries.Where(e => e.Fault is null).OrderByDescending(e => e.Generation)];
        CheckpointEntry? needed = known.FirstOrDefault(e => e.NextOffset <= committed);
        return known.Skip(keep).Where(e => e != needed);
    }

    /// <summary>Refuses a learner that has checkpoints of another format: to pass them over would be to lose, at an upgrade, what was learned.</summary>
    /// <exception cref="CheckpointFormatException">There is one; the text names it.</exception>
    public static void RefuseOtherFormats(IEnumerable<CheckpointEntry> entries)
    {
        if (entries.FirstOrDefault(e => e.IsOtherFormat) is { } other) throw OtherFormat(other.Fault!);
    }

    /// <summary>What the worker says of a checkpoint of another format.</summary>
    /// <param name="what">What was found.</param>
    public static CheckpointFormatException OtherFormat(string what)
        => new($"{what} For a worker that is: run that release, or give this one another kafka:groupId or checkpoints:directory. checkpoints:allowFreshModel does not cover it.");

    /// <summary>The checkpoint of a generation.</summary>
    /// <param name="entries">The learner's checkpoints.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="learner">The learner, for the message.</param>
    /// <param name="place">Where they lie, for the message.</param>
    /// <exception cref="CheckpointException">There is none; the text lists those that there are.</exception>
    public static CheckpointEntry Find(IReadOnlyList<CheckpointEntry> entries, long generation, LearnerId learner, string place)
    {
        if (entries.FirstOrDefault(e => e.Fault is null && e.Generation == generation) is { } found) return found;
        string[] known = [.. entries.Where(e => e.Fault is null).Select(e => $"{e.Generation} (offset {e.NextOffset})")];
        throw new CheckpointException($"{learner} has no checkpoint of generation {generation} in {place}. "
            + (known.Length == 0 ? "There is none at all." : $"There are: {string.Join(", ", known)}."));
    }
}
