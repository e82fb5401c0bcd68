using Confluent.Kafka;

namespace StreamMoe.StreamHost.Kafka;

/// <content>Offsets of the group and of the log.</content>
internal sealed partial class KafkaSource
{
    private const int RefusalsBeforeGivingUp = 5;

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
                ErrorCode code = KafkaFaults.CodeOf(e);
                if (KafkaFaults.IsExpulsion(code)) return false;
                if (KafkaFaults.IsStaleGeneration(code))
                {
                    if (++refusals == RefusalsBeforeGivingUp) return false;
                }
                else if (!KafkaFaults.IsTransient(code)) throw;
            }
            backoff.Wait(token);
        }
    }
}
