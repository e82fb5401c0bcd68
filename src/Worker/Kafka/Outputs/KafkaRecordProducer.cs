using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>librdkafka's idempotent producer.</summary>
internal sealed class KafkaRecordProducer(KafkaSettings settings, ILogger logger, int? largestBatch = null) : IRecordProducer
{
    private readonly IProducer<byte[], byte[]> _producer = KafkaMessages.Producer(settings.IdempotentProducer(largestBatch), logger);

    public void Produce(in OutputRecord record, Action<Error> report)
        => _producer.Produce(KafkaMessages.TargetOf(record), KafkaMessages.MessageOf(record), delivered => report(delivered.Error));

    public void Dispose() => KafkaClients.Free(_producer, logger);
}
