using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The checkpoints of one learner: when the next is due, writing it, and finding the one to restore.</summary>
/// <remarks>Their positions are offsets of the order log; where there is none, of the only event partition.</remarks>
internal sealed partial class LearnerCheckpoints
{
    private readonly ICheckpointStore _store;
    private readonly LearnerId _id;
    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;
    private long _position = -1, _records, _tried, _triedAt, _writtenAt;

    /// <param name="store">Where they are; stays the caller's.</param>
    /// <param name="id">The learner.</param>
    /// <param name="setup">Its learning options stand in every checkpoint; see <see cref="Setup"/>.</param>
    /// <param name="options">How often they are written.</param>
    /// <param name="time">The clock of the schedule.</param>
    public LearnerCheckpoints(ICheckpointStore store, LearnerId id, LearningSetup setup, CheckpointOptions options, TimeProvider time)
    {
        (_store, _id, Setup, _options, _time) = (store, id, setup, options, time);
        _writtenAt = _triedAt = time.GetTimestamp();
    }

    /// <summary>The learning options that stand in every checkpoint: those of the one that the learner went on from, or of the configuration.</summary>
    public LearningSetup Setup { get; set; }

    /// <summary>Position of the newest checkpoint; −1 for none.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Bytes of the newest checkpoint; 0 for none.</summary>
    public long Bytes { get; private set; }

    /// <summary>How long writing the newest one took.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Time since the newest checkpoint was written, or since the learner was assigned.</summary>
    public TimeSpan Age => _time.GetElapsedTime(Volatile.Read(ref _writtenAt));

    /// <summary>Writes that failed, in a row; the next one is tried at the next due time.</summary>
    public int Failures { get; private set; }

    /// <summary>Writes that failed since the worker began.</summary>
    public long TotalFailures { get; private set; }

    /// <summary>Time until a checkpoint is due by the clock, since the last one that was written or failed, zero or less when it is; null when nothing is new.</summary>
    /// <param name="records">Records that the learner has processed since it was assigned.</param>
    public TimeSpan? UntilDue(long records) => records > _records || _position < 0 ? _options.Every - _time.GetElapsedTime(_triedAt) : null;

    /// <summary>True when a checkpoint is due: so many records, or so long, after the last one that was written or failed.</summary>
    public bool IsDue(long records) => records - _tried >= _options.EveryEvents || UntilDue(records) <= TimeSpan.Zero;

    /// <summary>Finds the newest intact checkpoint at or below a position; damaged ones are reported and passed over.</summary>
    /// <exception cref="CheckpointException">There is one of another format.</exception>
    public Checkpoint? Restore(long atOrBelow, ILogger log)
    {
        RestoredCheckpoint restored = _store.Restore(_id, atOrBelow);
        foreach (SkippedCheckpoint skipped in restored.Skipped) LogSkipped(log, _id, atOrBelow, skipped.Reason);
        Checkpoint? found = restored.Checkpoint;
        if (found is not null) (_position, Bytes) = (found.Header.NextPosition, found.Length);
        return found;
    }

    /// <summary>The largest position of a checkpoint in the store; −1 when there is none.</summary>
    /// <exception cref="CheckpointFormatException">There is one of another format.</exception>
    public long Farthest()
    {
        IReadOnlyList<CheckpointEntry> entries = _store.List(_id);
        CheckpointRetention.RefuseOtherFormats(entries);
        return entries.Where(e => e.Fault is null).Select(e => e.NextOffset).DefaultIfEmpty(-1).Max();
    }

    /// <summary>The smallest position of an intact checkpoint that is kept; null for none. What an order log holds below it is not needed.</summary>
    public long? Oldest => _store.List(_id).Where(e => e.Fault is null).Select(e => (long?)e.NextOffset).Min();

    /// <summary>Writes a checkpoint of the present state, unless there is one of it. When the store fails this is counted and told, and the learner goes on.</summary>
    /// <param name="processor">The state.</param>
    /// <param name="order">Where it stands in its order log.</param>
    /// <param name="position">Its position.</param>
    /// <param name="committed">The position of what is committed; null when nothing was committed yet.</param>
    /// <param name="records">Records that the learner has processed since it was assigned.</param>
    /// <param name="log">Told when the store fails.</param>
    /// <returns>True when one was written.</returns>
    public bool Write(LearnerProcessor processor, OrderState order, long position, long? committed, long records, ILogger log)
    {
        if (position == _position) return false;
        long began = _time.GetTimestamp();
        (_tried, _triedAt) = (records, began);
        try
        {
            Bytes = _store.Write(_id, position, committed, CheckpointFit.HeaderOf(Setup, _id, processor.LearnerSchema), [.. processor.Sections, order.ToSection()]).Length;
            Volatile.Write(ref _position, position);
            Volatile.Write(ref _writtenAt, began);
            _records = records;
            (Duration, Failures) = (_time.GetElapsedTime(began), 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failures++;
            TotalFailures++;
            LogFailed(log, _id, position, e.Message, _position);
            return false;
        }
    }

    [LoggerMessage(120, LogLevel.Warning, "{Learner}@{Committed}: a checkpoint below this offset is passed over: {Reason}")]
    private static partial void LogSkipped(ILogger log, LearnerId learner, long committed, string reason);

    [LoggerMessage(121, LogLevel.Error, "{Learner}@{Offset}: the checkpoint at this offset could not be written: {Reason} The newest one stays at {Position}; make room or set another checkpoints:directory. It is tried again when the next is due.")]
    private static partial void LogFailed(ILogger log, LearnerId learner, long offset, string reason, long position);
}
