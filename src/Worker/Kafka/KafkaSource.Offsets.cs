using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;

namespace StreamMoe.Worker.Kafka;

/// <content>Offsets of the group and of the log.</content>
internal sealed partial class KafkaSource
{
    private const int RefusalsBeforeGivingUp = 5;

    private static readonly TimeSpan s_betweenEnds = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, long> _ends = [];
    private long _endsNoted;

    /// <value>The client, for asking the brokers.</value>
    internal Handle Handle => _consumer.Handle;

    /// <value>Who this member is, for offsets inside a transaction; to be read anew for each commit.</value>
    internal IConsumerGroupMetadata GroupMetadata => _consumer.ConsumerGroupMetadata;

    /// <summary>The offset that the group has committed for a partition: the next one to process.</summary>
    /// <remarks>An offset inside a transaction that has not ended is waited for.</remarks>
    /// <returns>Null when the group has committed none.</returns>
    /// <exception cref="KafkaException">The brokers do not answer in time, or refuse.</exception>
    public long? Committed(int partition, TimeSpan timeout)
    {
        Offset offset = _consumer.Committed([new TopicPartition(_topic, partition)], timeout)[0].Offset;
        return offset.IsSpecial ? null : offset.Value;
    }

    /// <summary>The log's first offset, and the one after its last.</summary>
    /// <exception cref="KafkaException">The brokers do not answer in time, or refuse.</exception>
    public (long First, long Next) LogRange(int partition, TimeSpan timeout)
    {
        WatermarkOffsets range = _consumer.QueryWatermarkOffsets(new TopicPartition(_topic, partition), timeout);
        return (range.Low.Value, range.High.Value);
    }

    /// <summary>The offset behind the last record of an assigned partition, as the last answers of the brokers told it, a second old at most;
    /// null when none has come. Any thread.</summary>
    public long? EndOf(int partition) => _ends.TryGetValue(partition, out long end) ? end : null;

    /// <summary>Looks up what the client knows of the log's ends; no call to the brokers. Poll thread, since the client may be freed under any other.</summary>
    private void NoteEnds()
    {
        if (Stopwatch.GetElapsedTime(_endsNoted) < s_betweenEnds) return;
        _endsNoted = Stopwatch.GetTimestamp();
        foreach (int partition in Assignment)
        {
            try
            {
                Offset end = _consumer.GetWatermarkOffsets(new TopicPartition(_topic, partition)).High;
                if (!end.IsSpecial) _ends[partition] = end.Value;
            }
            catch (KafkaException e) // taken away meanwhile, or not begun
            {
                KafkaLog.EndUnknown(_logger, _topic, partition, e.Error);
            }
        }
    }

    /// <summary>Commits the next offset to process, outside of a transaction; waits while the brokers are away.</summary>
    /// <returns>False when the group no longer counts this member as the owner: nothing was committed.</returns>
    /// <exception cref="KafkaException">The brokers refuse for good, for example for want of rights.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public bool TryCommit(int partition, long nextOffset, CancellationToken token = default)
    {
        Backoff backoff = new();
        for (int refusals = 0; ;)
        {
            try
            {
                _consumer.Commit([new TopicPartitionOffset(_topic, partition, nextOffset)]);
                return true;
            }
            catch (KafkaException e)
            {
                ErrorCode code = KafkaErrors.CodeOf(e);
                if (KafkaErrors.IsExpulsion(code)) return false;
                if (KafkaErrors.IsStaleGeneration(code))
                {
                    if (++refusals == RefusalsBeforeGivingUp) return false;
                }
                else if (!KafkaErrors.IsTransient(code)) throw;
            }
            backoff.Wait(token);
        }
    }
}
