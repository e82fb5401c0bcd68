using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>At-least-once: outputs of all partitions go through one idempotent producer; an offset is committed when those before it are there.</summary>
/// <remarks>Records that the client gives up on (<c>message.timeout.ms</c>) are sent again, after those that got through; so outputs of one
/// commit may then be out of order.</remarks>
internal sealed class AtLeastOnceOutput : IOutputSession
{
    /// <summary>How often a record is given to the client again after an error that does not pass by itself.</summary>
    internal const int MostTries = 10;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly SharedProducer _shared;
    private readonly int _partition;
    private readonly Func<int, long, CancellationToken, bool> _tryCommit;
    private readonly ILogger _logger;
    private readonly Action<TimeSpan, CancellationToken>? _pause;
    private readonly List<Sending> _batch = [];
    private readonly object _reports = new();
    private bool _dead;

    /// <param name="shared">The producer; not disposed of by this.</param>
    /// <param name="partition">The source partition.</param>
    /// <param name="tryCommit">Commits partition and next offset; false when this worker no longer owns the partition.</param>
    /// <param name="logger">Told of each try that failed.</param>
    /// <param name="pause">Waits between tries; for tests.</param>
    public AtLeastOnceOutput(SharedProducer shared, int partition, Func<int, long, CancellationToken, bool> tryCommit, ILogger logger,
        Action<TimeSpan, CancellationToken>? pause = null)
        => (_shared, _partition, _tryCommit, _logger, _pause) = (shared, partition, tryCommit, logger, pause);

    private enum Delivery { NotQueued, Queued, Done, Failed }

    /// <summary>Topic of the partition, for the log.</summary>
    public string Topic { get; init; } = "events";

    /// <inheritdoc/>
    public void Send(in OutputRecord record, CancellationToken token = default)
    {
        ThrowIfDead();
        Sending sending = new(record);
        _batch.Add(sending);
        Queue(sending, token);
    }

    /// <inheritdoc/>
    public void Commit(long nextOffset, CancellationToken token = default)
    {
        ThrowIfDead();
        Backoff backoff = new(_pause);
        for (int attempt = 1; ; attempt++)
        {
            AwaitReports(token);
            Sending[] again = [.. _batch.Where(s => s.Delivery != Delivery.Done)];
            if (again.Length == 0) break;
            if (again.FirstOrDefault(s => s.Error is not null) is { Error: { } error } failed) Inspect(error, failed.Generation, attempt);
            backoff.Wait(token);
            foreach (Sending sending in again) Queue(sending, token);
        }
        if (!_tryCommit(_partition, nextOffset, token))
        {
            _dead = true;
            throw new PartitionFencedException(_partition, $"Partition {_partition} belongs to another worker now: the group refused offset {nextOffset}.");
        }
        _batch.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _dead = true;

    private void Queue(Sending sending, CancellationToken token)
    {
        Backoff backoff = new(_pause);
        for (int attempt = 1; ; attempt++)
        {
            (IRecordProducer producer, int generation) = _shared.Current;
            try
            {
                lock (_reports) (sending.Delivery, sending.Generation, sending.Error) = (Delivery.Queued, generation, null);
                producer.Produce(sending.Record, error => Report(sending, generation, error));
                return;
            }
            catch (KafkaException e)
            {
                lock (_reports) sending.Delivery = Delivery.NotQueued;
                if (KafkaFaults.Classify(e) != KafkaFault.Retry) Inspect(e.Error, generation, attempt);
            }
            catch (ObjectDisposedException) // replaced between the two lines
            {
                lock (_reports) sending.Delivery = Delivery.NotQueued;
            }
            backoff.Wait(token);
        }
    }

    private void Report(Sending sending, int generation, Error error)
    {
        lock (_reports)
        {
            if (sending.Generation != generation || sending.Delivery != Delivery.Queued) return;
            (sending.Delivery, sending.Error) = error.IsError ? (Delivery.Failed, error) : (Delivery.Done, null);
            Monitor.PulseAll(_reports);
        }
    }

    /// <summary>Waits until no record is on its way with the living producer.</summary>
    private void AwaitReports(CancellationToken token)
    {
        lock (_reports)
        {
            while (_batch.Exists(s => s.Delivery == Delivery.Queued && s.Generation == _shared.Generation))
            {
                token.ThrowIfCancellationRequested();
                Monitor.Wait(_reports, s_look);
            }
        }
    }

    /// <summary>Looks at an error: the producer is replaced when it is dead; an error that stays ends this output.</summary>
    private void Inspect(Error error, int generation, int attempt)
    {
        KafkaLog.OutputSentAgain(_logger, Topic, _partition, error);
        KafkaException asException = new(error);
        if (error.IsFatal && attempt < MostTries) _shared.Replace(generation);
        else if (KafkaFaults.Classify(asException) == KafkaFault.Fatal || (attempt >= MostTries && !KafkaFaults.IsTransient(error.Code)))
        {
            _dead = true;
            throw new PartitionOutputException(_partition, $"Partition {_partition} cannot be written: {error}.", asException);
        }
    }

    private void ThrowIfDead()
    {
        if (_dead) throw new PartitionOutputException(_partition, $"The output of partition {_partition} has ended; make another one.");
    }

    private sealed class Sending(OutputRecord record)
    {
        public OutputRecord Record { get; } = record;

        public Delivery Delivery { get; set; }

        public int Generation { get; set; }

        public Error? Error { get; set; }
    }
}
