using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka;

/// <summary>librdkafka's transactional producer for one source partition.</summary>
internal sealed class KafkaTransactionalProducer : ITransactionalProducer
{
    /// <summary>How long one call waits for the brokers before it reports a retriable error.</summary>
    private static readonly TimeSpan s_call = TimeSpan.FromSeconds(10);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly TopicPartition _source;
    private readonly Func<IConsumerGroupMetadata> _member;

    public KafkaTransactionalProducer(KafkaSettings settings, int partition, Func<IConsumerGroupMetadata> member, ILogger logger)
    {
        _source = new TopicPartition(settings.Options.EventTopic, partition);
        _member = member;
        _producer = KafkaMessages.Producer(settings.TransactionalProducer(partition), logger);
    }

    public void InitTransactions() => _producer.InitTransactions(s_call);

    public void BeginTransaction() => _producer.BeginTransaction();

    public void Produce(in OutputRecord record) => _producer.Produce(KafkaMessages.TargetOf(record), KafkaMessages.MessageOf(record));

    public void ProduceAlone(in OutputRecord record)
    {
        Error? error = null;
        _producer.Produce(KafkaMessages.TargetOf(record), KafkaMessages.MessageOf(record), delivered => Volatile.Write(ref error, delivered.Error));
        Error? reported;
        while ((reported = Volatile.Read(ref error)) is null) _producer.Flush(s_call); // message.timeout.ms ends it
        if (reported.IsError) throw new KafkaTxnRequiresAbortException(reported);
    }

    public void Flush()
    {
        while (_producer.Flush(s_call) > 0) { } // message.timeout.ms ends it
    }

    public void SendOffset(long nextOffset) => _producer.SendOffsetsToTransaction([new TopicPartitionOffset(_source, nextOffset)], _member(), s_call);

    public void CommitTransaction() => _producer.CommitTransaction(s_call);

    public void AbortTransaction() => _producer.AbortTransaction(s_call);

    public void Dispose() => _producer.Dispose();
}
