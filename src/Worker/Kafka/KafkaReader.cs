using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka;

/// <summary>Reads single partitions from an offset to their present end, outside of the group: changelog, dead letters. One thread.</summary>
internal sealed class KafkaReader : IDisposable
{
    /// <summary>As <c>from</c> of <see cref="ReadToEnd"/>: the first offset in the log.</summary>
    public const long Beginning = -2;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly ILogger _logger;

    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaReader(KafkaSettings settings, ILogger logger)
    {
        _logger = logger;
        _consumer = KafkaSettings.Build(() => new ConsumerBuilder<byte[], byte[]>(settings.Reader())
            .SetErrorHandler((_, error) => KafkaLog.Write(logger, error))
            .SetLogHandler((_, message) => KafkaLog.Write(logger, message))
            .Build());
    }

    /// <value>The client, to ask the brokers for topics with.</value>
    internal Handle Handle => _consumer.Handle;

    /// <summary>The offset after the last one of a partition.</summary>
    /// <exception cref="KafkaException">The brokers do not answer in time, or refuse.</exception>
    public long End(string topic, int partition, TimeSpan timeout) => _consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), timeout).High.Value;

    /// <summary>The number of partitions of a topic; 0 when there is no such topic.</summary>
    /// <exception cref="KafkaException">The brokers do not answer in time, or refuse.</exception>
    public int PartitionCount(string topic, TimeSpan timeout)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        TopicMetadata found = admin.GetMetadata(topic, timeout).Topics.Single(t => t.Topic == topic);
        if (found.Error.IsError && found.Error.Code != ErrorCode.UnknownTopicOrPart) throw new KafkaException(found.Error);
        return found.Partitions.Count;
    }

    /// <summary>The offset that the group has committed for a partition, or null.</summary>
    /// <exception cref="KafkaException">The brokers do not answer in time, or refuse.</exception>
    public long? Committed(string topic, int partition, TimeSpan timeout)
    {
        Offset offset = _consumer.Committed([new TopicPartition(topic, partition)], timeout)[0].Offset;
        return offset.IsSpecial ? null : offset.Value;
    }

    /// <summary>The committed records from an offset to the end that the log has when it is reached, in order. Lazy; one at a time.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="from">The first offset, or <see cref="Beginning"/>.</param>
    /// <param name="token">Ends the waiting for brokers.</param>
    /// <exception cref="KafkaPositionException">The offset is not in the log.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="KafkaException">The client has died, or the brokers refuse.</exception>
    public IEnumerable<KafkaRecord> ReadToEnd(string topic, int partition, long from, CancellationToken token = default)
    {
        _consumer.Assign(new TopicPartitionOffset(topic, partition, from == Beginning ? Offset.Beginning : from));
        try
        {
            while (true)
            {
                token.ThrowIfCancellationRequested();
                if (Read(topic, partition, from) is not { } read) continue;
                if (read.IsPartitionEOF) yield break;
                yield return new KafkaRecord(topic, partition, read.Offset, read.Message.Timestamp.UnixTimestampMs, read.Message.Key, read.Message.Value,
                    KafkaMessages.HeadersOf(read.Message) ?? []);
            }
        }
        finally
        {
            _consumer.Unassign();
        }
    }

    /// <summary>Frees the client.</summary>
    public void Dispose() => KafkaClients.Free(_consumer, _logger);

    private ConsumeResult<byte[], byte[]>? Read(string topic, int partition, long from)
    {
        try
        {
            return _consumer.Consume(s_poll);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            throw new KafkaPositionException($"{topic}-{partition} cannot be read from offset {from}: {e.Error.Reason}.", e);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && KafkaErrors.IsTransientOfPartition(e.Error.Code))
        {
            KafkaLog.ReadingFailed(_logger, topic, partition, from, e.Error);
            return null;
        }
    }
}
