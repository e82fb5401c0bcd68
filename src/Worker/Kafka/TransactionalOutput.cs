using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>Exactly-once: outputs and offset of a commit are one transaction of a producer that the partition has to itself.</summary>
/// <remarks>Readers of committed records see the outputs and the offset of a commit together, or neither. The caller keeps the outputs until the
/// commit has succeeded, so an aborted transaction is begun again with the same ones. Calls that time out are repeated for as long as the token
/// allows; a transaction is sent again at most <see cref="MostTries"/> times, with growing pauses. Once a commit has thrown, the output has
/// ended: drop it together with the learner, write nothing, and take the partition from the last commit again.</remarks>
internal sealed class TransactionalOutput : IPartitionOutput
{
    /// <summary>How often one batch is tried.</summary>
    internal const int MostTries = 10;

    private readonly ITransactionalProducer _producer;
    private readonly PartitionId _partition;
    private readonly KafkaOptions _topics;
    private readonly ILogger _logger;
    private readonly Action<TimeSpan, CancellationToken>? _pause;
    private Phase _phase;

    /// <summary>Takes the partition over: the previous owner is fenced and its open transaction ended when this returns.</summary>
    /// <param name="producer">Disposed of by this.</param>
    /// <param name="partition">The source partition.</param>
    /// <param name="topics">Names the topic of each kind of output.</param>
    /// <param name="logger">Told of each try that failed.</param>
    /// <param name="token">Ends the waiting for brokers.</param>
    /// <param name="pause">Waits between tries; for tests.</param>
    /// <exception cref="PartitionOutputException">The brokers refuse, for example since they have no transactions.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public TransactionalOutput(ITransactionalProducer producer, PartitionId partition, KafkaOptions topics, ILogger logger, CancellationToken token,
        Action<TimeSpan, CancellationToken>? pause = null)
    {
        (_producer, _partition, _topics, _logger, _pause) = (producer, partition, topics, logger, pause);
        try
        {
            Repeat(_producer.InitTransactions, token);
        }
        catch (KafkaException e)
        {
            _producer.Dispose();
            throw End(e, "could not start its transactions");
        }
        catch
        {
            _producer.Dispose();
            throw;
        }
    }

    private enum Phase
    {
        /// <summary>No transaction is open.</summary>
        Idle,

        /// <summary>A transaction is open.</summary>
        Open,

        /// <summary>The transaction has failed and is to be aborted before anything else.</summary>
        Failed,

        /// <summary>The offset was sent and the commit asked for, and no answer has come yet: only asking again is allowed.</summary>
        Committing,

        /// <summary>Nothing can be written any more.</summary>
        Dead,
    }

    /// <inheritdoc/>
    public Task CommitAsync(OutputBatch outputs, long nextOffset, CancellationToken stop)
        => Task.Run(() => Commit(outputs, nextOffset, stop), CancellationToken.None);

    /// <summary>Aborts what is open, if that can be done at once, and frees the producer.</summary>
    public void Dispose()
    {
        if (_phase is Phase.Open or Phase.Failed)
        {
            try
            {
                _producer.AbortTransaction();
            }
            catch (KafkaException e) // the next owner's InitTransactions ends it, or the broker's transaction timeout
            {
                KafkaLog.TransactionLeftOpen(_logger, _partition.Topic, _partition.Partition, e.Error);
            }
        }
        _phase = Phase.Dead;
        _producer.Dispose();
    }

    private void Commit(OutputBatch outputs, long nextOffset, CancellationToken token)
    {
        if (_phase != Phase.Idle) throw new PartitionOutputException(_partition.Partition, $"The output of {_partition} has ended; make another one.");
        Backoff backoff = new(_pause);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Try(outputs, nextOffset, token);
                return;
            }
            catch (KafkaException e)
            {
                Fail(e);
                if (attempt == MostTries) throw GiveUp(e);
                KafkaLog.CommitFailed(_logger, _partition.Topic, _partition.Partition, nextOffset, attempt, e.Error);
            }
            backoff.Wait(token);
        }
    }

    private void Try(OutputBatch outputs, long nextOffset, CancellationToken token)
    {
        if (_phase == Phase.Failed)
        {
            Repeat(_producer.AbortTransaction, token);
            _phase = Phase.Idle;
        }
        _producer.BeginTransaction();
        _phase = Phase.Open;
        for (int i = 0; i < outputs.Count; i++) Produce(OutputRecord.Of(outputs, i, _topics), token);
        Repeat(() => _producer.SendOffset(nextOffset), token);
        _phase = Phase.Committing;
        Repeat(_producer.CommitTransaction, token);
        _phase = Phase.Idle;
    }

    /// <summary>Queues a record, again while the client's queue is full.</summary>
    private void Produce(in OutputRecord record, CancellationToken token)
    {
        for (Backoff? backoff = null; ;)
        {
            try
            {
                _producer.Produce(record);
                return;
            }
            catch (KafkaException e) when (KafkaFaults.Classify(e) == KafkaFault.Retry)
            {
                backoff ??= new Backoff(_pause);
            }
            backoff.Wait(token);
        }
    }

    /// <summary>Repeats a call for as long as its errors pass by themselves.</summary>
    private void Repeat(Action call, CancellationToken token)
    {
        for (Backoff backoff = new(_pause); ;)
        {
            try
            {
                call();
                return;
            }
            catch (KafkaException e) when (KafkaFaults.Classify(e) == KafkaFault.Retry)
            {
                KafkaLog.CallRepeated(_logger, _partition.Topic, _partition.Partition, e.Error);
            }
            backoff.Wait(token);
        }
    }

    /// <summary>After an error that repeating the call does not mend: the transaction has failed, or everything has.</summary>
    private void Fail(KafkaException e)
    {
        if (KafkaFaults.Classify(e) is KafkaFault.Fenced or KafkaFault.Fatal) throw End(e, "cannot be written");
        _phase = Phase.Failed;
    }

    /// <summary>The last try has failed; a generation that stays stale means that the group went on without this member.</summary>
    private PartitionOutputException GiveUp(KafkaException e)
    {
        bool outOfGroup = KafkaFaults.IsStaleGeneration(KafkaFaults.CodeOf(e));
        Dispose();
        string text = $"{_partition}: {MostTries} tries to commit failed; the last one: {e.Error}.";
        return outOfGroup ? new PartitionFencedException(_partition.Partition, text, e) : new PartitionOutputException(_partition.Partition, text, e);
    }

    private PartitionOutputException End(KafkaException e, string what)
    {
        bool fenced = KafkaFaults.Classify(e) == KafkaFault.Fenced;
        if (_phase is Phase.Open or Phase.Failed && !e.Error.IsFatal) Dispose();
        _phase = Phase.Dead;
        return fenced
            ? new PartitionFencedException(_partition.Partition, $"{_partition} belongs to another worker now: {e.Error}.", e)
            : new PartitionOutputException(_partition.Partition, $"{_partition} {what}: {e.Error}.", e);
    }
}
