using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Gives every assigned partition a lane, feeds the lanes from the source, and hands partitions over when they go elsewhere.</summary>
internal sealed partial class StreamWorker : IRecordHandler, IDisposable
{
    private static readonly TimeSpan s_fullPause = TimeSpan.FromMilliseconds(1);

    private readonly IRecordSource _source;
    private readonly IPartitionOutputs _outputs;
    private readonly LaneFactory _factory;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<PartitionId, PartitionLane> _lanes = [];
    private readonly ConcurrentDictionary<PartitionLane, Task> _endings = [];
    private readonly CancellationTokenSource _failed = new();
    private Exception? _failure;
    private int _restoring;
    private PartitionLane? _last;

    /// <param name="source">Where records come from; from now on this object's.</param>
    /// <param name="outputs">Where outputs go; from now on this object's.</param>
    /// <param name="factory">Makes and restores lanes.</param>
    /// <param name="log">Told what happens to partitions.</param>
    public StreamWorker(IRecordSource source, IPartitionOutputs outputs, LaneFactory factory, ILogger log)
        => (_source, _outputs, _factory, _log) = (source, outputs, factory, QuietLogger.Of(log));

    /// <summary>The partitions at work now.</summary>
    public ICollection<PartitionLane> Lanes => _lanes.Values;

    /// <summary>True when no assigned partition is being restored.</summary>
    public bool IsReady => Volatile.Read(ref _restoring) == 0 && _failure is null;

    /// <summary>False once a partition could not go on: the worker is stopping, or should be.</summary>
    public bool IsAlive => Volatile.Read(ref _failure) is null && !_lanes.Values.Any(l => l.Completion.IsFaulted && l.Completion.Exception.GetBaseException() is not PartitionFencedException);

    /// <summary>Records of a lane's partition that it has not taken in; null when the source does not know.</summary>
    public long? LagOf(PartitionLane lane) => _source.EndOf(lane.Source) is { } end ? Math.Max(0, end - lane.Figures.NextOffset) : null;

    /// <summary>Works until told to stop; all partitions are committed and checkpointed then.</summary>
    /// <exception cref="Exception">What made going on impossible; the partitions that were well are committed.</exception>
    public void Run(CancellationToken stop)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, _failed.Token);
        _source.Run(this, either.Token);
        if (_failure is not null) throw new WorkerException(_failure.Message, _failure);
    }

    /// <inheritdoc/>
    public StartOffsets Assigned(PartitionId partition, Func<PartitionPositions> positions)
    {
        Interlocked.Increment(ref _restoring);
        try
        {
            IPartitionOutput output = _outputs.Open(partition);
            (PartitionLane lane, StartOffsets from) = _factory.Restore(partition, positions(), output, RoomAgain);
            (_lanes[partition], _last) = (lane, null);
            lane.Start();
            _endings[lane] = lane.Completion.ContinueWith(ended => Ended(lane, ended), TaskScheduler.Default);
            LogAssigned(partition, from.Events, lane.Committed);
            return from;
        }
        finally
        {
            Interlocked.Decrement(ref _restoring);
        }
    }

    /// <inheritdoc/>
    public void Revoking(PartitionId partition)
    {
        if (!Remove(partition, out PartitionLane? lane)) return;
        _ = lane.StopAsync();
        AwaitEnding(lane);
        LogRevoked(partition, lane.Committed);
    }

    /// <inheritdoc/>
    public void Lost(PartitionId partition)
    {
        if (!Remove(partition, out PartitionLane? lane)) return;
        lane.AbandonAsync().GetAwaiter().GetResult();
        AwaitEnding(lane);
        LogLost(partition, lane.Committed);
    }

    /// <inheritdoc/>
    public void Received(in SourceRecord record)
    {
        if (_last is not { } lane || !ReferenceEquals(lane.Source, record.Source))
        {
            if (!_lanes.TryGetValue(record.Source, out lane)) return;
            _last = lane;
        }
        if (lane.Offer(record)) return;
        _source.Pause(record.Source);
        lane.TellWhenRoom();
    }

    /// <inheritdoc/>
    public void ReceivedLabel(PartitionId partition, in SourceRecord record)
    {
        if (!_lanes.TryGetValue(partition, out PartitionLane? lane)) return;
        // Labels have a thread of their own, which may wait: pausing the event partition would not stop them.
        while (lane.IsFull && !lane.Completion.IsCompleted && !_failed.Token.WaitHandle.WaitOne(s_fullPause)) { }
        lane.Offer(record);
    }

    /// <summary>False when no checkpoints are written.</summary>
    public bool HasCheckpoints => _factory.HasStore;

    /// <summary>Asks every partition for a checkpoint.</summary>
    public void RequestCheckpoints()
    {
        foreach (PartitionLane lane in _lanes.Values) lane.RequestCheckpoint();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _outputs.Dispose();
        _failed.Dispose();
    }

    private bool Remove(PartitionId partition, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PartitionLane? lane)
    {
        _last = null;
        return _lanes.TryRemove(partition, out lane);
    }

    /// <summary>Waits until a lane has ended and it is known how: a fault at its last commit must not be missed when the worker ends with it.</summary>
    private void AwaitEnding(PartitionLane lane)
    {
        if (_endings.TryRemove(lane, out Task? ending)) ending.GetAwaiter().GetResult();
    }

    private void RoomAgain(PartitionLane lane) => _source.Resume(lane.Source);

    private void Ended(PartitionLane lane, Task ended)
    {
        if (ended.Exception?.GetBaseException() is not { } fault || fault is OperationCanceledException) return;
        if (fault is PartitionFencedException)
        {
            _lanes.TryRemove(KeyValuePair.Create(lane.Source, lane));
            LogFenced(lane.Source, lane.Committed, fault.Message);
            _source.Rejoin();
            return;
        }
        Interlocked.CompareExchange(ref _failure, fault, null);
        _failed.Cancel(); // before anything that only tells of it
        LogFailed(fault, lane.Source, lane.Committed);
    }

    [LoggerMessage(101, LogLevel.Information, "{Partition}@{From} assigned: reads from here, committed {Committed}.")]
    private partial void LogAssigned(PartitionId partition, long from, long committed);

    [LoggerMessage(102, LogLevel.Information, "{Partition}@{Committed} given up: committed up to here.")]
    private partial void LogRevoked(PartitionId partition, long committed);

    [LoggerMessage(103, LogLevel.Warning, "{Partition}@{Committed} was taken away: its state is dropped, nothing is written behind this commit.")]
    private partial void LogLost(PartitionId partition, long committed);

    [LoggerMessage(104, LogLevel.Warning, "{Partition}@{Committed} is another worker's by now: {Reason} Joining the group anew.")]
    private partial void LogFenced(PartitionId partition, long committed, string reason);

    [LoggerMessage(105, LogLevel.Error, "{Partition}@{Committed} cannot go on behind this commit; the worker stops.")]
    private partial void LogFailed(Exception fault, PartitionId partition, long committed);
}
