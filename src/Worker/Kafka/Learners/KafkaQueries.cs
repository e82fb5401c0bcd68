using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>Asks the brokers for topics, ends of logs and committed offsets, and does not take the first refusal for an answer.</summary>
/// <remarks>A client that reads no partition does not notice that its leader has changed: after an error that passes the topic's metadata are
/// asked for, then the question is repeated, for 90 s. Open transactions count (read-uncommitted). Any thread.</remarks>
internal sealed class KafkaQueries : IDisposable
{
    /// <summary>Longer than an open transaction of a dead owner lives (a minute), since committed offsets in it are waited for.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan s_call = TimeSpan.FromSeconds(10);

    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly IAdminClient _admin;
    private readonly ConcurrentDictionary<string, (int Partitions, int Replicas)> _topics = new(StringComparer.Ordinal);
    private readonly ILogger _log;
    private readonly Action<TimeSpan, CancellationToken>? _pause;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="log">For the client's reports, and told of each try that failed.</param>
    /// <param name="pause">Waits between tries; for tests.</param>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaQueries(KafkaSettings settings, ILogger log, Action<TimeSpan, CancellationToken>? pause = null)
    {
        (_log, _pause) = (log, pause);
        _consumer = KafkaSettings.Build(() => new ConsumerBuilder<Ignore, Ignore>(settings.UncommittedReader())
            .SetErrorHandler((_, error) => KafkaLog.Write(log, error))
            .SetLogHandler((_, message) => KafkaLog.Write(log, message))
            .Build());
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
    }

    /// <value>The client, for other questions.</value>
    public Handle Handle => _consumer.Handle;

    /// <value>For admin calls.</value>
    public IAdminClient Admin => _admin;

    /// <summary>A topic's number of partitions and of replicas of its first one; null when there is no such topic.</summary>
    /// <remarks>Topics lose no partitions, but a broker that has just started may not know all of them, or the topic: the most that was told once counts.</remarks>
    /// <exception cref="KafkaPositionException">No answer came in time.</exception>
    /// <exception cref="KafkaException">The brokers refuse.</exception>
    public (int Partitions, int Replicas)? Topic(string topic, CancellationToken stop) => Repeat(topic, stop, () =>
    {
        TopicMetadata found = _admin.GetMetadata(topic, s_call).Topics.Single(t => t.Topic == topic);
        bool isMissing = found.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic || (!found.Error.IsError && found.Partitions.Count == 0);
        if (!isMissing && found.Error.IsError) throw new KafkaException(found.Error);
        (int Partitions, int Replicas)? seen = isMissing ? null : (found.Partitions.Count, found.Partitions[0].Replicas.Length);
        return LargestOf(topic, seen);
    });

    private (int Partitions, int Replicas)? LargestOf(string topic, (int Partitions, int Replicas)? seen)
    {
        if (seen is null) return _topics.TryGetValue(topic, out (int, int) known) ? known : null;
        return _topics.AddOrUpdate(topic, seen.Value, (_, known) => known.Partitions > seen.Value.Partitions ? known : seen.Value);
    }

    /// <summary>The first offset of a partition, and the one after its last record, those of open transactions included.</summary>
    /// <exception cref="KafkaPositionException">No answer came in time.</exception>
    /// <exception cref="KafkaException">The brokers refuse.</exception>
    public (long First, long End) Range(TopicPartition partition, CancellationToken stop) => Repeat(partition.Topic, stop, () =>
    {
        WatermarkOffsets range = _consumer.QueryWatermarkOffsets(partition, s_call);
        return (range.Low.Value, range.High.Value);
    });

    /// <summary>The offset that the group has committed for a partition, or null. An offset inside a transaction that has not ended is waited for.</summary>
    /// <exception cref="KafkaPositionException">No answer came in time.</exception>
    /// <exception cref="KafkaException">The brokers refuse.</exception>
    public long? Committed(TopicPartition partition, CancellationToken stop) => Repeat(partition.Topic, stop, () =>
    {
        try
        {
            Offset offset = _consumer.Committed([partition], s_call)[0].Offset;
            return offset.IsSpecial ? (long?)null : offset.Value;
        }
        catch (KafkaException e) when (KafkaErrors.CodeOf(e) == ErrorCode.GroupIdNotFound) // nobody has joined it yet
        {
            return null;
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _admin.Dispose();
        KafkaClients.Free(_consumer, _log);
    }

    private T Repeat<T>(string topic, CancellationToken stop, Func<T> ask)
    {
        Backoff backoff = new(_pause);
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return ask();
            }
            catch (KafkaException e) when (KafkaErrors.IsTransientOfPartition(KafkaErrors.CodeOf(e)))
            {
                if (Stopwatch.GetElapsedTime(began) > Patience)
                    throw new KafkaPositionException($"The brokers could not be asked about topic '{topic}' within {Patience.TotalSeconds:0} s: {e.Error.Reason}. Check that they are well.", e);
                KafkaLog.AskedAgain(_log, topic, e.Error);
            }
            backoff.Wait(stop);
            Refresh(topic);
        }
    }

    /// <summary>Lets the client look where the leaders are by now; it does not do so by itself for partitions that it does not read.</summary>
    private void Refresh(string topic)
    {
        try
        {
            _admin.GetMetadata(topic, s_call);
        }
        catch (KafkaException e)
        {
            KafkaLog.AskedAgain(_log, topic, e.Error);
        }
    }
}
