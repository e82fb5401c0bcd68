using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka;

/// <content>Assignment and start of partitions; poll thread only.</content>
internal sealed partial class KafkaSource
{
    /// <summary>Where an assigned partition stands until it is told where to begin: as little as possible is fetched for nothing.</summary>
    private static readonly Offset s_notYet = Offset.End;

    private IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        int[] assigned = [.. partitions.Select(p => p.Partition.Value).Order()];
        lock (_flow)
            foreach (int partition in assigned) _flow[partition] = FlowState.Waiting;
        _rebalanced = true;
        Tell(() => _handler.Assigned(assigned));
        Dictionary<int, long> begun = TakeBegins(assigned);
        lock (_flow)
        {
            foreach ((int partition, long offset) in begun) (_flow[partition], _next[partition]) = (FlowState.Flowing, offset);
        }
        return [.. partitions.Select(p => new TopicPartitionOffset(p, begun.TryGetValue(p.Partition.Value, out long offset) ? offset : s_notYet))];
    }

    /// <summary>Where the handler has begun partitions while it was told of them. The client starts them there: a seek behind the start would race
    /// with the client's own search for its position, which sometimes wins, and skips records.</summary>
    private Dictionary<int, long> TakeBegins(int[] assigned)
    {
        Dictionary<int, long> begun = [];
        for (int waiting = _begins.Count; waiting > 0 && _begins.TryDequeue(out (int Partition, long Offset) begin); waiting--)
        {
            if (assigned.Contains(begin.Partition)) begun[begin.Partition] = begin.Offset;
            else _begins.Enqueue(begin);
        }
        return begun;
    }

    private void OnGone(List<TopicPartitionOffset> partitions, Action<IReadOnlyList<int>> tell)
    {
        int[] gone = [.. partitions.Select(p => p.Partition.Value).Order()];
        _rebalanced = true;
        Tell(() => tell(gone));
        lock (_flow)
        {
            foreach (int partition in gone)
            {
                _flow.Remove(partition);
                _next.Remove(partition);
            }
        }
        foreach (int partition in gone) _ends.TryRemove(partition, out _);
    }

    /// <summary>Tells the handler of a rebalance. What it throws ends the source, but only behind the rebalance: a client with an unanswered one cannot be freed.</summary>
    private void Tell(Action what)
    {
        try
        {
            what();
        }
        catch (Exception e)
        {
            if (_fault is null) _fault = ExceptionDispatchInfo.Capture(e);
            else KafkaLog.HandoverFailed(_logger, e, _topic);
        }
    }

    /// <summary>Pauses again what is not to flow: an assignment starts unpaused.</summary>
    private void HoldAgain()
    {
        _rebalanced = false;
        lock (_flow)
            foreach ((int partition, FlowState state) in _flow)
                if (state != FlowState.Flowing) Hold(partition, held: true);
    }

    private void Break(int partition)
    {
        lock (_flow)
            if (_flow.ContainsKey(partition)) _flow[partition] = FlowState.Broken;
    }

    private void BeginPartitions()
    {
        for (int waiting = _begins.Count; waiting > 0 && _begins.TryDequeue(out (int Partition, long Offset) begin); waiting--)
            if (!TryBegin(begin.Partition, begin.Offset)) _begins.Enqueue(begin);
    }

    /// <returns>False when the client has not started the partition yet: try again later.</returns>
    private bool TryBegin(int partition, long offset)
    {
        lock (_flow)
        {
            if (!_flow.TryGetValue(partition, out FlowState state)) return true;
            TopicPartitionOffset start = new(_topic, partition, offset);
            Hold(partition, held: false);
            try
            {
                if (state == FlowState.Broken) Reassign(start); // a seek is refused where the client has given up
                else _consumer.Seek(start);
            }
            catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_State or ErrorCode.Local_UnknownPartition or ErrorCode.Local_PrevInProgress)
            {
                KafkaLog.NotYetBegun(_logger, _topic, partition, offset, e.Error);
                return false;
            }
            (_flow[partition], _next[partition]) = (FlowState.Flowing, offset);
            return true;
        }
    }

    private void Reassign(TopicPartitionOffset start)
    {
        _consumer.IncrementalUnassign([start.TopicPartition]);
        _consumer.IncrementalAssign([start]);
    }
}
