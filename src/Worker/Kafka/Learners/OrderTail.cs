using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>Reads one partition of the order topic, committed records only, from an offset on. One thread at a time.</summary>
internal sealed class OrderTail : IDisposable
{
    private readonly IConsumer<Ignore, byte[]> _consumer;
    private readonly TopicPartition _partition;
    private readonly ILogger _log;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="from">The first offset.</param>
    /// <param name="log">For the client's reports.</param>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public OrderTail(KafkaSettings settings, TopicPartition partition, long from, ILogger log)
    {
        (_partition, _log, Next) = (partition, log, from);
        _consumer = KafkaSettings.Build(() => new ConsumerBuilder<Ignore, byte[]>(settings.Reader())
            .SetErrorHandler((_, error) => KafkaLog.Write(log, error))
            .SetLogHandler((_, message) => KafkaLog.Write(log, message))
            .Build());
        _consumer.Assign(new TopicPartitionOffset(partition, from));
    }

    /// <value>Up to where everything has been read: after the last record, or the end that the brokers reported. An end that they report while a
    /// transaction is open is that transaction's first offset.</value>
    public long Next { get; private set; }

    /// <summary>The next record, if one comes in time.</summary>
    /// <exception cref="OrderException">The record is none, or the log does not hold the offset any more.</exception>
    public LoggedOrder? Read(TimeSpan patience)
    {
        ConsumeResult<Ignore, byte[]>? read;
        try
        {
            read = _consumer.Consume(patience);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            throw new OrderException($"The order log {_partition.Topic}-{_partition.Partition.Value} cannot be read from offset {Next}: {e.Error.Reason}. What it held there is gone; "
                + "put the topic back, or set checkpoints:allowFreshModel=true to begin a new lineage.");
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && KafkaErrors.IsTransientOfPartition(e.Error.Code))
        {
            KafkaLog.ReadingFailed(_log, _partition.Topic, _partition.Partition, Next, e.Error);
            return null;
        }
        if (read is null) return null;
        if (read.IsPartitionEOF)
        {
            Next = Math.Max(Next, read.Offset.Value);
            return null;
        }
        string place = $"{_partition.Topic}-{_partition.Partition.Value}@{read.Offset.Value}";
        Next = read.Offset.Value + 1;
        return new LoggedOrder(OrderRecordCodec.Read(read.Message.Value, place), read.Offset.Value, place);
    }

    /// <inheritdoc/>
    public void Dispose() => KafkaClients.Free(_consumer, _log);
}
