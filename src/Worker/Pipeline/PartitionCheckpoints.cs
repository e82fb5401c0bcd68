using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The checkpoints of one partition: when the next is due, writing it, and finding the one to restore.</summary>
internal sealed partial class PartitionCheckpoints
{
    private readonly ICheckpointStore _store;
    private readonly PartitionId _partition;
    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;
    private long _position = -1, _tried = -1, _triedAt, _writtenAt;

    /// <param name="store">Where they are; stays the caller's.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="setup">Its learning options stand in every checkpoint; see <see cref="Setup"/>.</param>
    /// <param name="options">How often they are written.</param>
    /// <param name="time">The clock of the schedule.</param>
    public PartitionCheckpoints(ICheckpointStore store, PartitionId partition, LearningSetup setup, CheckpointOptions options, TimeProvider time)
    {
        (_store, _partition, Setup, _options, _time) = (store, partition, setup, options, time);
        _writtenAt = _triedAt = time.GetTimestamp();
    }

    /// <summary>The learning options that stand in every checkpoint: those of the one that the partition went on from, or of the configuration.</summary>
    public LearningSetup Setup { get; set; }

    /// <summary>Position of the newest checkpoint; −1 for none.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Bytes of the newest checkpoint; 0 for none.</summary>
    public long Bytes { get; private set; }

    /// <summary>How long writing the newest one took.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Time since the newest checkpoint was written, or since the partition was assigned.</summary>
    public TimeSpan Age => _time.GetElapsedTime(Volatile.Read(ref _writtenAt));

    /// <summary>Writes that failed, in a row; the next one is tried at the next due time.</summary>
    public int Failures { get; private set; }

    /// <summary>Writes that failed since the worker began.</summary>
    public long TotalFailures { get; private set; }

    /// <summary>Time until a checkpoint at this position is due by the clock, since the last one that was written or failed, zero or less when it is; null when there is one already.</summary>
    public TimeSpan? UntilDue(long nextOffset) => nextOffset > _position ? _options.Every - _time.GetElapsedTime(_triedAt) : null;

    /// <summary>True when a checkpoint at this position is due: so many records, or so long, after the last one that was written or failed.</summary>
    public bool IsDue(long nextOffset)
        => nextOffset > _position && (nextOffset - Math.Max(_position, _tried) >= _options.EveryEvents || UntilDue(nextOffset) <= TimeSpan.Zero);

    /// <summary>Finds the newest intact checkpoint at or below a committed offset; damaged ones are reported and passed over.</summary>
    /// <exception cref="CheckpointException">There is one of another format.</exception>
    public Checkpoint? Restore(long committed, ILogger log)
    {
        RestoredCheckpoint restored = _store.Restore(_partition, committed);
        foreach (SkippedCheckpoint skipped in restored.Skipped) LogSkipped(log, _partition, committed, skipped.Reason);
        Checkpoint? found = restored.Checkpoint;
        if (found is not null) (_position, Bytes) = (found.Header.NextPosition, found.Length);
        return found;
    }

    /// <summary>The largest offset of a checkpoint in the store; −1 when there is none.</summary>
    /// <exception cref="CheckpointFormatException">There is one of another format.</exception>
    public long FarthestOffset()
    {
        IReadOnlyList<CheckpointEntry> entries = _store.List(_partition);
        CheckpointRetention.RefuseOtherFormats(entries);
        return entries.Where(e => e.Fault is null).Select(e => e.NextOffset).DefaultIfEmpty(-1).Max();
    }

    /// <summary>Writes a checkpoint of the present state, unless there is one of it. When the store fails this is counted and told, and the partition goes on.</summary>
    /// <param name="processor">The state.</param>
    /// <param name="committed">The committed next offset; null when nothing was committed yet.</param>
    /// <param name="log">Told when the store fails.</param>
    public void Write(PartitionProcessor processor, long? committed, ILogger log)
    {
        if (processor.NextOffset == _position) return;
        long began = _time.GetTimestamp();
        (_tried, _triedAt) = (processor.NextOffset, began);
        try
        {
            Bytes = _store.Write(_partition, processor.NextOffset, committed, CheckpointHeaders.Of(Setup, _partition, processor.LearnerSchema), processor.Sections).Length;
            Volatile.Write(ref _position, processor.NextOffset);
            Volatile.Write(ref _writtenAt, began);
            (Duration, Failures) = (_time.GetElapsedTime(began), 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failures++;
            TotalFailures++;
            LogFailed(log, _partition, processor.NextOffset, e.Message, _position);
        }
    }

    [LoggerMessage(120, LogLevel.Warning, "{Partition}@{Committed}: a checkpoint below this offset is passed over: {Reason}")]
    private static partial void LogSkipped(ILogger log, PartitionId partition, long committed, string reason);

    [LoggerMessage(121, LogLevel.Error, "{Partition}@{Offset}: the checkpoint at this offset could not be written: {Reason} The newest one stays at {Position}; make room or set another checkpoints:directory. It is tried again when the next is due.")]
    private static partial void LogFailed(ILogger log, PartitionId partition, long offset, string reason, long position);
}
