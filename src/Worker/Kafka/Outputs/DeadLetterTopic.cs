using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>The dead-letter topic of a worker: reading it, and sending records back to where they came from.</summary>
internal sealed class DeadLetterTopic(KafkaSettings settings) : IDisposable
{
    private const int SentBetweenWaits = 1000;

    private readonly KafkaReader _reader = new(settings, NullLogger.Instance);

    /// <value>True when <see cref="Read"/> found no such topic, which brokers may create for the first letter alone.</value>
    public bool IsMissing { get; private set; }

    /// <summary>Its letters, partition by partition in order, up to the ends that the partitions have now; empty when there is no such topic. Lazy.</summary>
    /// <param name="reason">Letters of this reason alone; null = all.</param>
    /// <param name="stop">Ends the waiting for brokers.</param>
    /// <exception cref="KafkaUnreachableException">No broker answers.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IEnumerable<DeadLetter> Read(string? reason, CancellationToken stop)
    {
        string topic = settings.Options.DeadLetterTopic;
        int partitions = KafkaTopics.PartitionCount(_reader.Handle, settings.Options.BootstrapServers, topic, wait: false, stop);
        IsMissing = partitions == 0;
        // All ends are noted first: what is sent back while a worker runs may come here again, and is not to be read again.
        long[] ends = [.. Enumerable.Range(0, partitions).Select(p => _reader.End(topic, p, KafkaTopics.Patience))];
        for (int partition = 0; partition < partitions; partition++)
        {
            if (ends[partition] == 0) continue;
            foreach (KafkaRecord record in _reader.ReadToEnd(topic, partition, KafkaReader.Beginning, stop))
            {
                if (record.Offset >= ends[partition]) break;
                DeadLetter letter = DeadLetter.Of(record);
                if (reason is null || letter.Reason == reason) yield return letter;
                if (record.Offset + 1 >= ends[partition]) break;
            }
        }
    }

    /// <summary>Sends original keys, values and headers to the partitions they came from, and returns when they are there.</summary>
    /// <param name="letters">The letters.</param>
    /// <param name="refused">Told of each that cannot be sent back, and why.</param>
    /// <param name="stop">Ends it; what was sent before is there.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="OutputException">The brokers refuse a record.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public int Redrive(IEnumerable<DeadLetter> letters, Action<DeadLetter, string> refused, CancellationToken stop)
    {
        using SharedProducer producer = new(() => new KafkaRecordProducer(settings, NullLogger.Instance));
        RecordSender sender = new(producer, new PartitionId(settings.Options.DeadLetterTopic, 0), NullLogger.Instance);
        List<OutputRecord> batch = [];
        int sent = 0;
        foreach (DeadLetter letter in letters)
        {
            if ((letter.Obstacle ?? OtherTopic(letter)) is { } why)
            {
                refused(letter, why);
                continue;
            }
            batch.Add(new OutputRecord(letter.Source!.Topic, letter.Key, letter.Value, letter.Headers, letter.Source.Partition) { Origin = new SourceRecord(letter.Source, letter.SourceOffset, 0, null, null) });
            if (batch.Count == SentBetweenWaits) SendBatch();
        }
        SendBatch();
        return sent;

        void SendBatch()
        {
            sender.Send(batch.Count, i => batch[i], stop);
            sent += batch.Count;
            batch.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private string? OtherTopic(DeadLetter letter)
    {
        KafkaOptions options = settings.Options;
        if (letter.Source!.Topic == options.EventTopic || letter.Source.Topic == options.LabelTopic) return null;
        return $"it came from topic '{letter.Source.Topic}', and kafka:eventTopic is '{options.EventTopic}'; redrive it with that worker's configuration";
    }
}
