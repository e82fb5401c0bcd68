using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.StreamHost.Checkpoints;
using StreamMoe.StreamHost.Configuration;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Pipeline;

/// <summary>Makes lanes: a fresh state, or the newest intact checkpoint at or below the committed position, from which the lane learns
/// silently up to that position before it goes on.</summary>
internal sealed partial class LaneFactory
{
    private readonly LearningSetup _setup;
    private readonly PipelineOptions _pipeline;
    private readonly CheckpointOptions _checkpoints;
    private readonly TimeSpan _commitInterval;
    private readonly ICheckpointStore? _store;
    private readonly Schema? _schema;
    private readonly Checkpoint? _initial;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="setup">What learns, and how.</param>
    /// <param name="pipeline">Batches and queues.</param>
    /// <param name="checkpoints">When checkpoints are written, and what is done without one.</param>
    /// <param name="commitInterval">Longest time between an output and its commit.</param>
    /// <param name="store">Where checkpoints are; null for none.</param>
    /// <param name="schema">The declared schema; null when each partition infers its own.</param>
    /// <param name="initial">A checkpoint of replay from whose learner every new partition starts; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what was restored, and what was damaged.</param>
    public LaneFactory(LearningSetup setup, PipelineOptions pipeline, CheckpointOptions checkpoints, TimeSpan commitInterval,
        ICheckpointStore? store, Schema? schema, Checkpoint? initial, TimeProvider time, ILogger log)
    {
        (_setup, _pipeline, _checkpoints, _commitInterval, _store) = (setup, pipeline, checkpoints, commitInterval, store);
        (_schema, _initial, _time, _log) = (schema, initial, time, log);
    }

    /// <summary>Makes the lane of a partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="at">What is committed and what the log holds.</param>
    /// <param name="output">Where its outputs go; from now on the lane's.</param>
    /// <param name="roomAgain">Called when a paused lane has room again.</param>
    /// <returns>The lane, not started, and the offset to read on from.</returns>
    /// <exception cref="CheckpointException">There is no state for the committed position, or it was made under other learning options.</exception>
    public (PartitionLane Lane, long From) Restore(PartitionId partition, PartitionPositions at, IPartitionOutput output, Action<PartitionLane> roomAgain)
    {
        PartitionProcessor processor = NewProcessor(partition);
        PartitionCheckpoints? checkpoints = _store is null ? null : new PartitionCheckpoints(_store, partition, _setup, _checkpoints, _time);
        long from = at.Initial, committed = at.Committed ?? at.Initial;
        if (at.Committed is { } next && checkpoints?.Restore(next, _log) is { } found && (found.Header.NextPosition >= at.LogStart || found.Header.NextPosition == next))
        {
            processor.Load(found.Section(PartitionCheckpoints.SectionName));
            processor.SilentBelow = next;
            from = found.Header.NextPosition;
            LogRestored(partition, from, next - from);
        }
        else
        {
            if (at.Committed is { } orphan && _store is not null) Refuse(partition, orphan, at.LogStart, checkpoints!);
            from = committed;
            processor.StartAt(from);
            if (_initial is not null) processor.StartFrom(_initial);
            // Written before the first commit, so that a commit never stands without a checkpoint at or below it.
            if (!processor.IsHolding) checkpoints?.Write(processor);
        }
        PartitionLane lane = new(partition, processor, output, committed, checkpoints, _pipeline, _commitInterval, _time, roomAgain);
        return (lane, from);
    }

    private PartitionProcessor NewProcessor(PartitionId partition)
        => new(partition, _setup, _schema is null ? null : SchemaState.Copy(_schema), _pipeline.Capacity, _pipeline.Threads);

    private void Refuse(PartitionId partition, long committed, long logStart, PartitionCheckpoints checkpoints)
    {
        long? newest = checkpoints.NewestAtOrBelow(committed);
        string why = newest is { } position
            ? $"its newest checkpoint ends at offset {position}, but the log begins at {logStart}: the records between are gone"
            : $"offset {committed} is committed, but there is no intact checkpoint at or below it in {_store!.Description}";
        if (!_checkpoints.AllowFreshModel)
            throw new CheckpointException($"{partition} cannot be restored: {why}. Put the checkpoints back, "
                + "or set checkpoints:allowFreshModel=true to begin with a new model at the committed offset.");
        LogFresh(partition, why, committed);
    }

    [LoggerMessage(LogLevel.Information, "{Partition}: restored the checkpoint at offset {From}; {Behind} records up to the commit are learned again, silently.")]
    private partial void LogRestored(PartitionId partition, long from, long behind);

    [LoggerMessage(LogLevel.Warning, "{Partition}: {Why}. As checkpoints:allowFreshModel says, a new model begins at offset {Committed}.")]
    private partial void LogFresh(PartitionId partition, string why, long committed);
}
