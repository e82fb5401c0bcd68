using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>Writes records with the shared producer and returns when all of them are on the brokers.</summary>
/// <remarks>Records that the client gives up on (<c>message.timeout.ms</c>) are sent again, after those that got through; so they may then be
/// out of order. Nothing is kept here: a record is asked for again when it is to be sent again. One call at a time.</remarks>
/// <param name="shared">The producer; not disposed of by this.</param>
/// <param name="partition">On whose behalf, for messages.</param>
/// <param name="logger">Told of each try that failed.</param>
/// <param name="pause">Waits between tries; for tests.</param>
/// <param name="limits">Told of records that are too large, so that smaller ones are given the next time; null where nothing smaller can be given.</param>
internal sealed class RecordSender(SharedProducer shared, PartitionId partition, ILogger logger, Action<TimeSpan, CancellationToken>? pause = null, OutputLimits? limits = null)
{
    /// <summary>How often a record is given to the client again after an error that does not pass by itself.</summary>
    internal const int MostTries = 10;

    // Another partition's records may have been in the same batch, so once or twice proves nothing.
    private const int RefusalsThatTell = 3;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly object _reports = new();

    private enum Delivery { NotQueued, Queued, Done, Failed }

    /// <summary>Sends records in order and waits until they are there. Waits while the brokers are away.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="recordAt">The record of an index in [0, count); asked for once for each try.</param>
    /// <param name="token">Ends the waiting; which of them are there is then not known.</param>
    /// <exception cref="OutputException">A record cannot be written, now or later.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public void Send(int count, Func<int, OutputRecord> recordAt, CancellationToken token = default)
    {
        Sending[] sendings = new Sending[count];
        for (int i = 0; i < count; i++) Queue(sendings[i] = new Sending(), i, recordAt, token);
        Backoff backoff = new(pause);
        for (int attempt = 1; ; attempt++)
        {
            AwaitReports(sendings, token);
            int[] again = [.. Enumerable.Range(0, count).Where(i => sendings[i].Delivery != Delivery.Done)];
            if (again.Length == 0) return;
            if (limits is not null && again.Select(i => sendings[i]).FirstOrDefault(s => s.IsTooLarge) is { } tooLarge)
            {
                SendInSmallerBatches(sendings, again, recordAt, tooLarge.Generation, token);
                continue;
            }
            int failed = Array.Find(again, i => sendings[i].Error is not null);
            if (sendings[failed] is { Error: { } error, Generation: int generation }) Inspect(recordAt(failed), error, generation, attempt);
            backoff.Wait(token);
            foreach (int i in again) Queue(sendings[i], i, recordAt, token);
        }
    }

    /// <summary>After the brokers refused a batch as too large: in smaller ones where they tell what they take, else record by record.</summary>
    private void SendInSmallerBatches(Sending[] sendings, int[] again, Func<int, OutputRecord> recordAt, int generation, CancellationToken token)
    {
        if (limits!.Ask())
        {
            KafkaLog.BatchTooLarge(logger, partition.Topic, partition.Partition, $"in pieces of {limits.Least} bytes");
            shared.Replace(generation);
            foreach (int i in again) Queue(sendings[i], i, recordAt, token);
            return;
        }
        KafkaLog.BatchTooLarge(logger, partition.Topic, partition.Partition, "record by record");
        foreach (int i in again)
        {
            for (int refusals = 0; ;)
            {
                Queue(sendings[i], i, recordAt, token);
                AwaitReports(sendings, token);
                if (!sendings[i].IsTooLarge) break;
                if (++refusals % RefusalsThatTell == 0) limits.Refused(recordAt(i));
            }
        }
    }

    private void Queue(Sending sending, int index, Func<int, OutputRecord> recordAt, CancellationToken token)
    {
        OutputRecord record = recordAt(index);
        Backoff backoff = new(pause);
        for (int attempt = 1; ; attempt++)
        {
            (IRecordProducer producer, int generation) = shared.Current;
            try
            {
                lock (_reports) (sending.Delivery, sending.Generation, sending.Error) = (Delivery.Queued, generation, null);
                producer.Produce(record, error => Report(sending, generation, error));
                return;
            }
            catch (KafkaException e) when (limits is not null && KafkaErrors.IsTooLarge(e.Error.Code))
            {
                lock (_reports) sending.Delivery = Delivery.NotQueued;
                limits.Refused(record);
                record = recordAt(index);
                continue;
            }
            catch (KafkaException e)
            {
                lock (_reports) sending.Delivery = Delivery.NotQueued;
                if (KafkaErrors.Classify(e) != KafkaRemedy.Retry) Inspect(record, e.Error, generation, attempt);
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
    private void AwaitReports(Sending[] sendings, CancellationToken token)
    {
        lock (_reports)
        {
            while (sendings.Any(s => s.Delivery == Delivery.Queued && s.Generation == shared.Generation))
            {
                token.ThrowIfCancellationRequested();
                Monitor.Wait(_reports, s_look);
            }
        }
    }

    /// <summary>Looks at an error: the producer is replaced when it is dead; an error that stays ends the sending.</summary>
    private void Inspect(in OutputRecord record, Error error, int generation, int attempt)
    {
        KafkaLog.OutputSentAgain(logger, partition.Topic, partition.Partition, error);
        KafkaException asException = new(error);
        if (error.IsFatal && attempt < MostTries) shared.Replace(generation);
        else if (KafkaErrors.Classify(asException) == KafkaRemedy.Fatal || (attempt >= MostTries && !KafkaErrors.IsTransient(error.Code)))
            throw new OutputException($"{record.Description} cannot be written: {error}.", asException);
    }

    private sealed class Sending
    {
        public Delivery Delivery { get; set; }

        public int Generation { get; set; }

        public Error? Error { get; set; }

        public bool IsTooLarge => Error is { IsFatal: false } error && KafkaErrors.IsTooLarge(error.Code);
    }
}
