using Confluent.Kafka;
using StreamMoe.Worker.Kafka.Outputs;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>What <see cref="TransactionalOutput"/> needs of a producer: one learner's transactions.</summary>
/// <remarks>Every method throws <see cref="KafkaException"/>; <see cref="KafkaErrors.Classify"/> says what to do about it.</remarks>
internal interface ITransactionalProducer : IDisposable
{
    /// <summary>Fences the former owner of the transactional id and ends its open transaction.</summary>
    void InitTransactions();

    /// <summary>Begins a transaction.</summary>
    void BeginTransaction();

    /// <summary>Queues a record in the transaction; an error while sending it shows at the commit.</summary>
    /// <param name="record">The record.</param>
    /// <param name="written">Told its offset, on another thread, when it is on the brokers; null where nobody wants to know.</param>
    void Produce(in OutputRecord record, Action<long>? written);

    /// <summary>Queues a record in the transaction and returns when it is on the brokers, in a batch of its own.</summary>
    /// <exception cref="KafkaTxnRequiresAbortException">The brokers refused it; any other exception: it was not queued.</exception>
    void ProduceAlone(in OutputRecord record);

    /// <summary>Returns when what is queued is on the brokers or has failed; an error shows at the commit.</summary>
    void Flush();

    /// <summary>Sends what is queued and commits.</summary>
    void CommitTransaction();

    /// <summary>Ends the transaction without effect and forgets what is queued.</summary>
    void AbortTransaction();
}
