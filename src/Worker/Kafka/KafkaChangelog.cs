using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>The changelog topic. Source partition p uses its partition p modulo their number, so it may have fewer than the event topic.</summary>
/// <remarks>Reading goes through the whole partition, which compaction keeps short. One call at a time.</remarks>
internal sealed class KafkaChangelog : IChangelog, IDisposable
{
    private const int Chunk = 512 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly string _topic;
    private readonly KafkaReader _reader;
    private readonly IRecordProducer _producer;
    private readonly int _partitions;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="log">For the clients' reports.</param>
    /// <exception cref="IOException">There is no such topic, it is not compacted, or the brokers do not answer.</exception>
    public KafkaChangelog(KafkaSettings settings, ILogger log)
    {
        _topic = settings.Options.ChangelogTopic;
        log = QuietLogger.Of(log);
        _reader = new KafkaReader(settings, log);
        try
        {
            _partitions = _reader.PartitionCount(_topic, s_patience);
        }
        catch (KafkaException e)
        {
            _reader.Dispose();
            throw new IOException($"The changelog topic '{_topic}' at {settings.Options.BootstrapServers} cannot be reached: {e.Error.Reason}.", e);
        }
        if (_partitions == 0)
        {
            _reader.Dispose();
            throw new IOException($"There is no changelog topic '{_topic}' at {settings.Options.BootstrapServers}. Create it with cleanup.policy=compact and as many partitions as '{settings.Options.EventTopic}', or set checkpoints:store=directory.");
        }
        LookAtPolicy(log);
        _producer = new KafkaRecordProducer(settings, log);
    }

    /// <inheritdoc/>
    public int MaxValueBytes => Chunk;

    /// <inheritdoc/>
    public void Append(int partition, IReadOnlyList<KeyValuePair<string, byte[]?>> entries)
    {
        if (entries.Count == 0) return;
        using CountdownEvent open = new(entries.Count);
        Error? failed = null;
        lock (_lock)
        {
            foreach ((string key, byte[]? value) in entries)
            {
                OutputRecord record = new(_topic, Encoding.UTF8.GetBytes(key), value, null, partition % _partitions);
                Queue(record, error =>
                {
                    if (error.IsError) Interlocked.CompareExchange(ref failed, error, null);
                    open.Signal();
                });
            }
            open.Wait();
        }
        if (failed is not null) throw new IOException($"The changelog topic '{_topic}' could not be written: {failed.Reason}.");
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, byte[]> ReadLatest(int partition, Func<string, bool> wanted)
    {
        Dictionary<string, byte[]> latest = new(StringComparer.Ordinal);
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            lock (_lock)
            {
                foreach (KafkaRecord record in _reader.ReadToEnd(_topic, partition % _partitions, KafkaReader.Beginning, patience.Token))
                {
                    string key = Encoding.UTF8.GetString(record.Key);
                    if (!wanted(key)) continue;
                    if (record.ValueBytes is { } value) latest[key] = value;
                    else latest.Remove(key);
                }
            }
        }
        catch (Exception e) when (e is KafkaException or KafkaPositionException or OperationCanceledException)
        {
            throw new IOException($"The changelog topic '{_topic}' could not be read within {s_patience.TotalSeconds} s: {e.Message}", e);
        }
        return latest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _producer.Dispose();
        _reader.Dispose();
    }

    /// <summary>Without compaction the log only grows, and old checkpoints are deleted by their age though they may be the newest.</summary>
    private void LookAtPolicy(ILogger log)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_reader.Handle).Build();
        (string? policy, Error? error) = KafkaAdmin.CleanupPolicyAsync(admin, _topic).GetAwaiter().GetResult();
        if (error is not null) KafkaLog.PolicyUnknown(log, _topic, "compact", error.Reason);
        if (error is not null || policy == "compact") return;
        _reader.Dispose();
        throw new IOException($"The changelog topic '{_topic}' has cleanup.policy={policy}; must be compact, else the brokers delete checkpoints by their age. Alter it (kafka-configs.sh --alter --entity-type topics --entity-name {_topic} --add-config cleanup.policy=compact), or set checkpoints:store=directory.");
    }

    private void Queue(in OutputRecord record, Action<Error> report)
    {
        for (Backoff backoff = new(); ;)
        {
            try
            {
                _producer.Produce(record, report);
                return;
            }
            catch (KafkaException e) when (KafkaErrors.Classify(e) == KafkaRemedy.Retry) // the client's queue is full
            {
                backoff.Wait(CancellationToken.None);
            }
            catch (KafkaException e)
            {
                report(e.Error);
                return;
            }
        }
    }
}
