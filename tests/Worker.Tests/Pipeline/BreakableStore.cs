using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A store that a test breaks and mends; it notes what is written, and fails when a checkpoint is ahead of the commit.</summary>
internal sealed class BreakableStore(ICheckpointStore inner) : ICheckpointStore
{
    private int _failures;

    /// <summary>A store below a folder, which keeps three checkpoints.</summary>
    public static BreakableStore In(TemporaryFolder folder) => new(new DirectoryCheckpointStore(folder.File("state"), "group", 3));

    public bool IsBroken { get; set; }

    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Next offset and committed offset of each checkpoint, in order.</summary>
    public List<(long NextOffset, long? Committed)> Written { get; } = [];

    public CheckpointEntry Write(LearnerId learner, long nextOffset, long? committed, CheckpointHeader header, IReadOnlyList<CheckpointSection> sections)
    {
        if (IsBroken)
        {
            Interlocked.Increment(ref _failures);
            throw new IOException("no room, by design");
        }
        CheckpointEntry entry = inner.Write(learner, nextOffset, committed, header, sections);
        lock (Written) Written.Add((nextOffset, committed));
        return entry;
    }

    public RestoredCheckpoint Restore(LearnerId learner, long atOrBelow) => inner.Restore(learner, atOrBelow);

    public IReadOnlyList<CheckpointEntry> List(LearnerId learner) => inner.List(learner);

    public Checkpoint Read(LearnerId learner, CheckpointEntry entry) => inner.Read(learner, entry);

    public IReadOnlyList<string> MakeNewest(LearnerId learner, long generation) => inner.MakeNewest(learner, generation);
}
