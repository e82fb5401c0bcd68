using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Kafka.Outputs;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>librdkafka's transactional producer for one learner.</summary>
internal sealed class KafkaTransactionalProducer(KafkaSettings settings, int learner, ILogger log) : ITransactionalProducer
{
    /// <summary>How long one call waits for the brokers before it reports a retriable error.</summary>
    private static readonly TimeSpan s_call = TimeSpan.FromSeconds(10);

    private readonly IProducer<byte[], byte[]> _producer = KafkaMessages.Producer(settings.TransactionalProducer(learner), log);

    public void InitTransactions() => _producer.InitTransactions(s_call);

    public void BeginTransaction() => _producer.BeginTransaction();

    public void Produce(in OutputRecord record, Action<long>? written)
    {
        Action<DeliveryReport<byte[], byte[]>>? report = written is null ? null : delivered =>
        {
            if (!delivered.Error.IsError) written(delivered.Offset);
        };
        _producer.Produce(KafkaMessages.TargetOf(record), KafkaMessages.MessageOf(record), report);
    }

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

    public void CommitTransaction() => _producer.CommitTransaction(s_call);

    public void AbortTransaction() => _producer.AbortTransaction(s_call);

    public void Dispose() => KafkaClients.Free(_producer, log);
}
