using Confluent.Kafka;

namespace StreamMoe.Worker.Kafka;

/// <summary>What <see cref="TransactionalOutput"/> needs of a producer: one source partition's transactions.</summary>
/// <remarks>Every method throws <see cref="KafkaException"/>; <see cref="KafkaErrors.Classify"/> says what to do about it.</remarks>
internal interface ITransactionalProducer : IDisposable
{
    /// <summary>Fences the previous owner of the transactional id and ends its open transaction.</summary>
    void InitTransactions();

    /// <summary>Begins a transaction.</summary>
    void BeginTransaction();

    /// <summary>Queues a record in the transaction; an error while sending it shows at the commit.</summary>
    void Produce(in OutputRecord record);

    /// <summary>Queues a record in the transaction and returns when it is on the brokers, in a batch of its own.</summary>
    /// <exception cref="KafkaTxnRequiresAbortException">The brokers refused it; any other exception: it was not queued.</exception>
    void ProduceAlone(in OutputRecord record);

    /// <summary>Returns when what is queued is on the brokers or has failed; an error shows at the commit.</summary>
    void Flush();

    /// <summary>Puts the source's next offset into the transaction.</summary>
    void SendOffset(long nextOffset);

    /// <summary>Sends what is queued and commits.</summary>
    void CommitTransaction();

    /// <summary>Ends the transaction without effect and forgets what is queued.</summary>
    void AbortTransaction();
}
