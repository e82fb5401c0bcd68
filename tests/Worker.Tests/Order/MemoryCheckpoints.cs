using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>Checkpoints in memory, all of which are kept; restoring takes an older one now and then.</summary>
/// <param name="random">Chooses.</param>
internal sealed class MemoryCheckpoints(Random random) : ICheckpointStore
{
    private readonly List<(CheckpointEntry Entry, byte[] Bytes)> _all = [];

    public CheckpointEntry Write(LearnerId learner, long nextOffset, long? committed, CheckpointHeader header, IReadOnlyList<CheckpointSection> sections)
    {
        lock (_all)
        {
            byte[] bytes = CheckpointFile.ToBytes(header with { Stream = learner.ToString(), NextPosition = nextOffset, Generation = _all.Count + 1 }, sections);
            CheckpointEntry entry = new($"memory {_all.Count + 1}", _all.Count + 1, nextOffset, bytes.Length);
            _all.Add((entry, bytes));
            return entry;
        }
    }

    public RestoredCheckpoint Restore(LearnerId learner, long atOrBelow)
    {
        lock (_all)
        {
            (CheckpointEntry Entry, byte[] Bytes)[] may = [.. _all.Where(c => c.Entry.NextOffset <= atOrBelow)];
            if (may.Length == 0) return new RestoredCheckpoint(null, []);
            (CheckpointEntry entry, byte[] bytes) = random.Next(3) == 0 ? may[random.Next(may.Length)] : may[^1];
            return new RestoredCheckpoint(CheckpointFile.Read(bytes, entry.Name), []);
        }
    }

    public IReadOnlyList<CheckpointEntry> List(LearnerId learner)
    {
        lock (_all) return [.. _all.Select(c => c.Entry).Reverse()];
    }

    /// <summary>The one that was written last.</summary>
    public byte[] Newest()
    {
        lock (_all) return _all[^1].Bytes;
    }

    public Checkpoint Read(LearnerId learner, CheckpointEntry entry)
    {
        lock (_all) return CheckpointFile.Read(_all.Single(c => c.Entry == entry).Bytes, entry.Name);
    }

    public IReadOnlyList<string> MakeNewest(LearnerId learner, long generation) => throw new NotSupportedException();
}
