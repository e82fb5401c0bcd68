using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>Exactly-once: outputs and order record of a commit are one transaction of a producer that the learner has to itself.</summary>
/// <remarks>Readers of committed records see the outputs and the order record of a commit together, or neither. The caller keeps the outputs until the
/// commit has succeeded, so an aborted transaction is begun again with the same ones. Calls that time out are repeated for as long as the token
/// allows; a transaction is sent again at most <see cref="MostTries"/> times, with growing pauses. Once a commit has thrown, the output has
/// ended: drop it together with the learner, write nothing, and take the learner from the last commit again.</remarks>
internal sealed class TransactionalOutput : ILearnerOutput
{
    /// <summary>How often one batch is tried.</summary>
    internal const int MostTries = 10;

    private readonly ITransactionalProducer _producer;
    private readonly PartitionId _order;
    private readonly OutputFit _fit;
    private readonly Action<OrderCommit> _committed;
    private readonly ILogger _logger;
    private readonly Action<TimeSpan, CancellationToken>? _pause;
    private Phase _phase;
    private Way _way;
    private long _unflushed, _refused;

    /// <summary>Takes the learner over: the former owner is fenced and its open transaction ended when this returns.</summary>
    /// <param name="producer">Disposed of by this.</param>
    /// <param name="order">The learner's partition of the order topic, which has its number.</param>
    /// <param name="fit">Makes outputs fit into their topics.</param>
    /// <param name="committed">Told of each commit that has succeeded.</param>
    /// <param name="logger">Told of each try that failed.</param>
    /// <param name="token">Ends the waiting for brokers.</param>
    /// <param name="pause">Waits between tries; for tests.</param>
    /// <exception cref="OutputException">The brokers refuse, for example since they have no transactions.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public TransactionalOutput(ITransactionalProducer producer, PartitionId order, OutputFit fit, Action<OrderCommit> committed, ILogger logger, CancellationToken token,
        Action<TimeSpan, CancellationToken>? pause = null)
    {
        (_producer, _order, _fit, _committed, _logger, _pause) = (producer, order, fit, committed, logger, pause);
        _way = fit.Limits.AreFoundByTrying ? Way.Alone : fit.Limits.AreLower ? Way.InPieces : Way.Freely;
        try
        {
            Repeat(_producer.InitTransactions, token);
        }
        catch (KafkaException e)
        {
            _producer.Dispose();
            throw End(e, "could not start its transactions", canBeReplaced: false);
        }
        catch
        {
            _producer.Dispose();
            throw;
        }
    }

    private int Learner => _order.Partition;

    private enum Phase
    {
        /// <summary>No transaction is open.</summary>
        Idle,

        /// <summary>A transaction is open.</summary>
        Open,

        /// <summary>The transaction has failed and is to be aborted before anything else.</summary>
        Failed,

        /// <summary>The commit was asked for, and no answer has come yet: only asking again is allowed.</summary>
        Committing,

        /// <summary>Nothing can be written any more.</summary>
        Dead,
    }

    /// <summary>How records are given to the client, which makes batches of what it has in hand; the brokers compare a batch with the topic's limit.</summary>
    private enum Way
    {
        /// <summary>As they come.</summary>
        Freely,

        /// <summary>No more at once than the smallest limit of a topic.</summary>
        InPieces,

        /// <summary>One by one, so that it is known which one is refused.</summary>
        Alone,
    }

    /// <inheritdoc/>
    public long RefusedPredictions => Volatile.Read(ref _refused);

    /// <inheritdoc/>
    public void Begin(OrderPosition last, long next)
    {
        // Only this producer writes to the order partition: what is committed counts.
    }

    /// <inheritdoc/>
    public void Recovered(IReadOnlyList<NextOffset> next) => _committed(new OrderCommit([], default, next));

    /// <inheritdoc/>
    public Task<long> CommitAsync(OutputBatch outputs, OrderCommit order, CancellationToken stop)
        => Task.Run(() => Commit(outputs, order, stop), CancellationToken.None);

    /// <inheritdoc/>
    public Task AcknowledgeAsync(OutputBatch outputs, long next, CancellationToken stop)
        => throw new InvalidOperationException("Under exactly-once outputs and order record are committed together: there is nothing to acknowledge.");

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
                KafkaLog.TransactionLeftOpen(_logger, _order.Topic, _order.Partition, e.Error);
            }
        }
        _phase = Phase.Dead;
        _producer.Dispose();
    }

    private long Commit(OutputBatch outputs, OrderCommit order, CancellationToken token)
    {
        if (_phase != Phase.Idle) throw new OutputException($"The output of learner {Learner} has ended; make another one.");
        Backoff backoff = new(_pause);
        for (int attempt = 1; ;)
        {
            try
            {
                long next = Try(outputs, order, token);
                Interlocked.Add(ref _refused, _fit.CountRefused(outputs));
                _committed(order);
                return next;
            }
            catch (KafkaException e)
            {
                if (Fail(e, outputs)) continue; // the next try sends something else, or in another way
                if (attempt == MostTries) throw GiveUp(e, outputs);
                KafkaLog.CommitFailed(_logger, _order.Topic, _order.Partition, order.Position.Sequence, attempt++, e.Error);
            }
            catch (OutputException) // an output that cannot be made to fit
            {
                Dispose();
                throw;
            }
            backoff.Wait(token);
        }
    }

    private long Try(OutputBatch outputs, OrderCommit order, CancellationToken token)
    {
        if (_phase == Phase.Failed)
        {
            Repeat(_producer.AbortTransaction, token);
            _phase = Phase.Idle;
        }
        _producer.BeginTransaction();
        (_phase, _unflushed) = (Phase.Open, 0);
        for (int i = 0; i < outputs.Count; i++) Produce(outputs, i, token);
        TaskCompletionSource<long> written = new();
        Repeat(() => _producer.Produce(new OutputRecord(_order.Topic, null, order.Record, Partition: Learner), offset => written.TrySetResult(offset)), token);
        _phase = Phase.Committing;
        Repeat(_producer.CommitTransaction, token);
        _phase = Phase.Idle;
        if (_way == Way.Alone && _fit.Limits.AreTold) (_way, _fit.Limits.AreFoundByTrying) = (Way.InPieces, false);
        written.Task.Wait(token);
        return written.Task.Result + 1;
    }

    /// <summary>Queues a record, again while the client's queue is full.</summary>
    private void Produce(OutputBatch outputs, int index, CancellationToken token)
    {
        OutputRecord record = _fit.At(outputs, index);
        for (Backoff? backoff = null; ;)
        {
            try
            {
                Produce(record);
                return;
            }
            catch (KafkaException e) when (KafkaErrors.IsTooLarge(e.Error.Code) && (_way == Way.Alone || e is not KafkaTxnRequiresAbortException))
            {
                _fit.Limits.Refused(record);
                if (e is KafkaTxnRequiresAbortException) throw; // the brokers refused it, which ended the transaction
                record = _fit.Of(record);
                continue;
            }
            catch (KafkaException e) when (KafkaErrors.Classify(e) == KafkaRemedy.Retry)
            {
                backoff ??= new Backoff(_pause);
            }
            backoff.Wait(token);
        }
    }

    private void Produce(in OutputRecord record)
    {
        if (_way == Way.Alone)
        {
            _producer.ProduceAlone(record);
            return;
        }
        if (_way == Way.InPieces && _unflushed > 0 && _unflushed + record.Size > _fit.Limits.Least)
        {
            _producer.Flush();
            _unflushed = 0;
        }
        _producer.Produce(record, null);
        _unflushed += record.Size;
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
            catch (KafkaException e) when (KafkaErrors.Classify(e) == KafkaRemedy.Retry)
            {
                KafkaLog.CallRepeated(_logger, _order.Topic, _order.Partition, e.Error);
            }
            backoff.Wait(token);
        }
    }

    /// <summary>After an error that repeating the call does not mend: the transaction has failed, or everything has.</summary>
    /// <returns>True when the next try sends something else, or in another way: it does not count.</returns>
    private bool Fail(KafkaException e, OutputBatch outputs)
    {
        bool tooLarge = KafkaErrors.IsTooLarge(KafkaErrors.CodeOf(e)) && !e.Error.IsFatal;
        if (!tooLarge && KafkaErrors.Classify(e) is KafkaRemedy.Fenced or KafkaRemedy.Fatal) throw End(e, $"cannot be written: {Described(outputs)}");
        _phase = Phase.Failed;
        if (!tooLarge || _way == Way.Alone) return tooLarge;
        _way = _way == Way.Freely && _fit.Limits.Ask() ? Way.InPieces : Way.Alone;
        if (_way == Way.Alone) _fit.Limits.AreFoundByTrying = true;
        KafkaLog.BatchTooLarge(_logger, _order.Topic, _order.Partition, _way == Way.Alone ? "record by record" : $"in pieces of {_fit.Limits.Least} bytes");
        return true;
    }

    /// <summary>What was to be written, for messages: which record the brokers refused is not told.</summary>
    private string Described(OutputBatch outputs)
    {
        if (outputs.Count == 0) return "the order record";
        IEnumerable<string> topics = Enumerable.Range(0, outputs.Count).Select(i => OutputRecord.TopicOf(outputs.KindOf(i), _fit.Limits.Options)).Distinct();
        (SourceRecord first, SourceRecord last) = (outputs.OriginOf(0), outputs.OriginOf(outputs.Count - 1));
        return $"the outputs of {first.Source}@{first.Offset} to {last.Source}@{last.Offset}, for {string.Join(", ", topics.Select(t => $"topic '{t}'"))}";
    }

    private OutputException GiveUp(KafkaException e, OutputBatch outputs)
    {
        Dispose();
        return new OutputException($"Learner {Learner}: {MostTries} tries to commit {Described(outputs)} failed; the last one: {e.Error}.", e);
    }

    private Exception End(KafkaException e, string what, bool canBeReplaced = true)
    {
        bool fenced = KafkaErrors.Classify(e) == KafkaRemedy.Fenced;
        if (_phase is Phase.Open or Phase.Failed && !e.Error.IsFatal) Dispose();
        _phase = Phase.Dead;
        if (fenced) return new LearnerFencedException(Learner, $"Learner {Learner} belongs to another worker now: {e.Error}.", e);
        // With brokers before 2.5 a producer dies of a transaction that failed (KIP-360); another one goes on.
        if (canBeReplaced && e.Error is { IsFatal: true, Code: ErrorCode.Local_UnsupportedFeature }) return new OutputLostException($"Learner {Learner} {what}: {e.Error}.", e);
        return new OutputException($"Learner {Learner} {what}: {e.Error}.", e);
    }
}
