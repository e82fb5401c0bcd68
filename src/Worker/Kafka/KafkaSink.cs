using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>Opens the way out of each source partition, under the guarantee that the settings name.</summary>
internal sealed class KafkaSink : IDisposable
{
    private readonly KafkaSettings _settings;
    private readonly KafkaSource _source;
    private readonly ILogger _logger;
    private readonly SharedProducer? _shared;
    private readonly OutputLimits _limits;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="source">The member whose offsets are committed; not disposed of by this.</param>
    /// <param name="logger">For the clients' reports.</param>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaSink(KafkaSettings settings, KafkaSource source, ILogger logger)
    {
        (_settings, _source, _logger) = (settings, source, logger);
        _limits = new OutputLimits(settings, topics => KafkaTopics.LargestBatches(source.Handle, topics));
        if (settings.Options.Guarantee == Guarantee.AtLeastOnce)
            _shared = new SharedProducer(() => new KafkaRecordProducer(settings, logger, _limits.AreTold ? _limits.Least : null));
    }

    /// <summary>Takes a partition's way out over. Under exactly-once the previous owner is fenced and its open transaction has ended when
    /// this returns, so the committed offset is to be read afterwards. Waits while the brokers are away.</summary>
    /// <exception cref="PartitionOutputException">The brokers refuse.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public IPartitionOutput Open(PartitionId partition, CancellationToken token = default)
    {
        OutputFit fit = new(_limits, partition, _logger);
        return _shared is not null
            ? new AtLeastOnceOutput(new RecordSender(_shared, partition, _logger, limits: _limits), partition, fit, _source.TryCommit)
            : new TransactionalOutput(new KafkaTransactionalProducer(_settings, partition.Partition, () => _source.GroupMetadata, _logger), partition, fit, _logger, token);
    }

    /// <summary>Frees the shared producer; outputs that were opened are disposed of on their own.</summary>
    public void Dispose() => _shared?.Dispose();
}
