using Confluent.Kafka;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>What <see cref="RecordSender"/> needs of a producer.</summary>
internal interface IRecordProducer : IDisposable
{
    /// <summary>Queues a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="report">Called once, on another thread, when the record is on the brokers (no error) or has failed.</param>
    /// <exception cref="KafkaException">It was not queued, and <paramref name="report"/> is not called.</exception>
    void Produce(in OutputRecord record, Action<Error> report);
}
