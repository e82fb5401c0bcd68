using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Makes lanes: a fresh state, or the newest intact checkpoint at or below the committed position, from which the lane learns
/// silently up to that position before it goes on.</summary>
internal sealed partial class LaneFactory
{
    private readonly LearningSetup _setup;
    private readonly PipelineOptions _pipeline;
    private readonly CheckpointOptions _checkpoints;
    private readonly TimeSpan _commitInterval;
    private readonly int _maxDeadLetterBytes;
    private readonly ICheckpointStore? _store;
    private readonly Schema? _schema;
    private readonly Checkpoint? _initial;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="setup">What learns, and how.</param>
    /// <param name="pipeline">Batches and queues.</param>
    /// <param name="checkpoints">When checkpoints are written, and what is done without one.</param>
    /// <param name="commitInterval">Longest time between an output and its commit.</param>
    /// <param name="maxDeadLetterBytes">Longest value of a dead letter.</param>
    /// <param name="store">Where checkpoints are; null for none.</param>
    /// <param name="schema">The declared schema; null when each partition infers its own.</param>
    /// <param name="initial">A checkpoint of replay from whose learner every new partition starts; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what was restored, and what was damaged.</param>
    public LaneFactory(LearningSetup setup, PipelineOptions pipeline, CheckpointOptions checkpoints, TimeSpan commitInterval, int maxDeadLetterBytes,
        ICheckpointStore? store, Schema? schema, Checkpoint? initial, TimeProvider time, ILogger log)
    {
        (_setup, _pipeline, _checkpoints, _commitInterval, _store) = (setup, pipeline, checkpoints, commitInterval, store);
        _maxDeadLetterBytes = maxDeadLetterBytes;
        (_schema, _initial, _time, _log) = (schema, initial, time, QuietLogger.Of(log));
    }

    /// <summary>True when there is somewhere for checkpoints to go.</summary>
    public bool HasStore => _store is not null;

    /// <summary>Makes the lane of a partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="at">What is committed and what the log holds.</param>
    /// <param name="output">Where its outputs go; from now on the lane's.</param>
    /// <param name="roomAgain">Called when a paused lane has room again.</param>
    /// <returns>The lane, not started, and the offsets to read on from.</returns>
    /// <exception cref="CheckpointException">There is no state for the committed position, or it was made under other learning options.</exception>
    public (PartitionLane Lane, StartOffsets From) Restore(PartitionId partition, PartitionPositions at, IPartitionOutput output, Action<PartitionLane> roomAgain)
    {
        PartitionCheckpoints? checkpoints = _store is null ? null : new PartitionCheckpoints(_store, partition, _setup, _checkpoints, _time);
        long from = at.Committed ?? at.Initial;
        Checkpoint? found = at.Committed is { } committed ? checkpoints?.Restore(committed, _log) : null;
        bool goesOn = found is not null && IsReachable(found, at);
        LearningSetup setup = _setup;
        string? note = null;
        if (goesOn) setup = CheckpointHeaders.GoOn(found!, _setup, partition, out note);
        else if (_initial is not null) setup = CheckpointHeaders.Begin(_initial, _setup, partition, out note);
        if (note is not null) LogNote(partition, from, note);
        if (checkpoints is not null) checkpoints.Setup = setup;
        PartitionProcessor processor = new(partition, setup, _schema, _pipeline.Capacity, _pipeline.Threads) { MaxDeadLetterBytes = _maxDeadLetterBytes };
        if (goesOn)
        {
            processor.Load(found!);
            processor.SilentBelow = from;
            LogRestored(partition, found!.Header.NextPosition, from - found.Header.NextPosition);
        }
        else
        {
            if (checkpoints is not null) AllowFresh(partition, at, found, checkpoints);
            if (_initial is null) processor.StartAt(from);
            else processor.StartFrom(from, _initial);
            // Written before the first commit, so that a commit never stands without a checkpoint at or below it.
            checkpoints?.Write(processor, at.Committed, _log);
        }
        return (new PartitionLane(partition, processor, output, from, checkpoints, _pipeline, _commitInterval, _time, _log, roomAgain), new StartOffsets(processor.NextOffset, processor.NextLabelOffset));
    }

    /// <summary>True when the records between a checkpoint and the commit are still in the log.</summary>
    private static bool IsReachable(Checkpoint found, PartitionPositions at)
        => found.Header.NextPosition >= at.LogStart || found.Header.NextPosition == at.Committed;

    /// <summary>Begins with a new model where that is no loss, or where the configuration says so.</summary>
    private void AllowFresh(PartitionId partition, PartitionPositions at, Checkpoint? found, PartitionCheckpoints checkpoints)
    {
        // A worker that died before its first commit has left a checkpoint of where it began; one beyond that was written after a commit.
        long beyond = at.Committed is null ? checkpoints.FarthestOffset() : -1;
        if (at.Committed is null && beyond <= at.Initial) return;
        string why = at.Committed is null
            ? $"no offset is committed, but the store has a checkpoint of offset {beyond}: it is that of another Kafka cluster, or the group's committed offsets are gone"
            : found is not null
            ? $"its newest usable checkpoint stands at offset {found.Header.NextPosition}, but the log begins at {at.LogStart} by now: the records between are gone"
            : $"offset {at.Committed} is committed, but no intact checkpoint at or below it is in the store (checkpoints:directory, checkpoints:store)";
        if (!_checkpoints.AllowFreshModel)
            throw new CheckpointException($"{partition} cannot be restored: {why}. Put {(at.Committed is null ? "the group's offsets back, give another checkpoints:directory or kafka:groupId" : "the checkpoints back")}, "
                + $"or set checkpoints:allowFreshModel=true to begin with a new model at {(at.Committed is null ? $"offset {at.Initial}" : "the committed offset")}.");
        LogFresh(partition, why, at.Committed ?? at.Initial);
    }

    [LoggerMessage(110, LogLevel.Information, "{Partition}@{From}: restored the checkpoint of this offset; {Behind} records up to the commit are learned again, silently.")]
    private partial void LogRestored(PartitionId partition, long from, long behind);

    [LoggerMessage(112, LogLevel.Information, "{Partition}@{From}: of the checkpoint that it begins with: {Note}.")]
    private partial void LogNote(PartitionId partition, long from, string note);

    [LoggerMessage(111, LogLevel.Warning, "{Partition}@{Committed}: {Why}. As checkpoints:allowFreshModel says, a new model begins at this offset.")]
    private partial void LogFresh(PartitionId partition, string why, long committed);
}
