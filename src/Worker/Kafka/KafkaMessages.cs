using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>Output records as the client takes them.</summary>
internal static class KafkaMessages
{
    /// <summary>A producer of bytes that logs.</summary>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public static IProducer<byte[], byte[]> Producer(ProducerConfig config, ILogger logger)
        => KafkaSettings.Build(() => new ProducerBuilder<byte[], byte[]>(config)
            .SetErrorHandler((_, error) => KafkaLog.Write(logger, error))
            .SetLogHandler((_, message) => KafkaLog.Write(logger, message))
            .Build());

    /// <summary>Topic and partition.</summary>
    public static TopicPartition TargetOf(in OutputRecord record) => new(record.Topic, record.Partition ?? Partition.Any);

    /// <summary>The headers of a record that was read; null for none, or when they were not fetched.</summary>
    public static IReadOnlyList<RecordHeader>? HeadersOf(Message<byte[], byte[]> message)
        => message.Headers is { Count: > 0 } headers ? [.. headers.Select(static h => new RecordHeader(h.Key, h.GetValueBytes()))] : null;

    /// <summary>Key, value and headers.</summary>
    public static Message<byte[], byte[]> MessageOf(in OutputRecord record)
    {
        Message<byte[], byte[]> message = new() { Key = record.Key!, Value = record.Value! };
        if (record.Headers is not { Count: > 0 } headers) return message;
        message.Headers = [];
        foreach ((string name, byte[]? value) in headers) message.Headers.Add(name, value);
        return message;
    }
}
