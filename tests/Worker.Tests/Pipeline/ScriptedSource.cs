using System.Collections.Concurrent;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A source that does what a test says: logs of records in memory, assignments, revocations, losses. It reads on from where the handler says.
/// Each partition has a learner of its own, which has the partition's number, and no order log.</summary>
internal sealed class ScriptedSource(CollectedOutputs outputs) : ILearnerSource
{
    private readonly Dictionary<PartitionId, List<SourceRecord>> _logs = [];
    private readonly Dictionary<PartitionId, long> _positions = [];
    private readonly ConcurrentDictionary<PartitionId, bool> _paused = [];
    private readonly BlockingCollection<Action<ILearnerHandler>> _script = [];

    private int _pauses, _rejoins;

    /// <summary>How often partitions were paused.</summary>
    public int Pauses => Volatile.Read(ref _pauses);

    public int Rejoins => Volatile.Read(ref _rejoins);

    /// <summary>Called on the source's thread before it holds a partition back.</summary>
    public Action<PartitionId>? BeforePause { get; set; }

    /// <summary>Called before a partition goes on.</summary>
    public Action<PartitionId>? BeforeResume { get; set; }

    public bool IsPaused(PartitionId partition) => _paused.ContainsKey(partition);

    /// <summary>Adds a record to a partition's log; offsets count from 0.</summary>
    public void Append(PartitionId partition, byte[]? key, byte[]? value, long timestamp = 0)
    {
        if (!_logs.TryGetValue(partition, out List<SourceRecord>? log)) _logs[partition] = log = [];
        log.Add(new SourceRecord(partition, log.Count, timestamp, key, value));
    }

    /// <summary>Assigns a partition whose log begins at an offset; a pause does not outlast the assignment that it belonged to.</summary>
    public void Assign(PartitionId partition, long logStart = 0) => _script.Add(handler =>
    {
        _paused.TryRemove(partition, out _);
        SourcePosition[] sources = [new(partition, SourceKind.Events, logStart, logStart, outputs.CommittedOf(partition))];
        _positions[partition] = handler.AssignedAsync(new LearnerAssignment(partition.Partition, null, _ => sources), CancellationToken.None).GetAwaiter().GetResult().Single().Offset;
    });

    /// <summary>Delivers a partition's records up to an offset, with pauses heeded.</summary>
    public void DeliverTo(PartitionId partition, long next) => _script.Add(handler =>
    {
        while (_positions.TryGetValue(partition, out long at) && at < Math.Min(next, _logs[partition].Count))
        {
            while (_paused.ContainsKey(partition)) Thread.Yield();
            handler.Received(_logs[partition][(int)at]);
            if (_positions.ContainsKey(partition)) _positions[partition] = at + 1;
        }
    });

    public void Revoke(PartitionId partition) => _script.Add(handler =>
    {
        _positions.Remove(partition);
        handler.RevokingAsync([partition.Partition]).GetAwaiter().GetResult();
    });

    public void Lose(PartitionId partition) => _script.Add(handler =>
    {
        _positions.Remove(partition);
        handler.LostAsync([partition.Partition]).GetAwaiter().GetResult();
    });

    /// <summary>Does something at this point of the script, for example waits for what the worker has done.</summary>
    public void Do(Action<ILearnerHandler> step) => _script.Add(step);

    /// <summary>Ends the script: the source returns after its last step.</summary>
    public void End() => _script.CompleteAdding();

    public void Run(ILearnerHandler handler, CancellationToken stop)
    {
        try
        {
            foreach (Action<ILearnerHandler> step in _script.GetConsumingEnumerable(stop)) step(handler);
        }
        catch (OperationCanceledException)
        {
        }
        int[] left = [.. _positions.Keys.Select(p => p.Partition)];
        _positions.Clear();
        handler.RevokingAsync(left).GetAwaiter().GetResult();
    }

    public long? EndOf(PartitionId partition) => _logs.TryGetValue(partition, out List<SourceRecord>? log) ? log.Count : null;

    public void Pause(PartitionId partition)
    {
        BeforePause?.Invoke(partition);
        Interlocked.Increment(ref _pauses);
        _paused[partition] = true;
    }

    public void Resume(PartitionId partition)
    {
        BeforeResume?.Invoke(partition);
        _paused.TryRemove(partition, out _);
    }

    public void Rejoin() => Interlocked.Increment(ref _rejoins);

    public void Dispose() => _script.Dispose();
}
