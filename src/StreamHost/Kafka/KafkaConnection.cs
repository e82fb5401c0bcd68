using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.StreamHost.Pipeline;

namespace StreamMoe.StreamHost.Kafka;

/// <summary>The worker's two ends in Kafka, which belong together: the group member that brings records, and the outputs that commit its offsets.</summary>
internal sealed class KafkaConnection : IRecordSource, IPartitionOutputs, IKafkaSourceHandler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30), s_beforeRejoining = TimeSpan.FromSeconds(1);

    private readonly KafkaSettings _settings;
    private readonly ILogger _log;
    private readonly Dictionary<int, PartitionId> _partitions = [];
    private readonly ManualResetEventSlim _rejoin = new();
    private IRecordHandler? _handler;
    private KafkaSource? _source;
    private KafkaSink? _sink;
    private KafkaLabelReader? _labels;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="log">For the clients' reports.</param>
    /// <exception cref="KafkaLibraryException">There is no librdkafka.</exception>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaConnection(KafkaSettings settings, ILogger log)
    {
        (_settings, _log) = (settings, log);
        Connect();
    }

    /// <value>True once the group's coordinator has accepted this worker.</value>
    public bool IsMember => _source?.IsMember == true;

    /// <inheritdoc/>
    public void Run(IRecordHandler handler, CancellationToken stop)
    {
        _handler = handler;
        while (true)
        {
            _source!.Start();
            int ended = WaitHandle.WaitAny([stop.WaitHandle, _rejoin.WaitHandle, ((IAsyncResult)_source.Completion).AsyncWaitHandle]);
            _source.StopAsync().GetAwaiter().GetResult();
            if (ended != 1 || stop.WaitHandle.WaitOne(s_beforeRejoining)) return;
            _rejoin.Reset();
            Disconnect();
            Connect();
        }
    }

    /// <inheritdoc/>
    public void Pause(PartitionId partition) => _source?.Pause(partition.Partition);

    /// <inheritdoc/>
    public void Resume(PartitionId partition) => _source?.Resume(partition.Partition);

    /// <inheritdoc/>
    public void Rejoin() => _rejoin.Set();

    /// <inheritdoc/>
    public IPartitionOutput Open(PartitionId partition)
        => new KafkaPartitionOutput(_sink!.Open(partition.Partition), _settings.Options);

    /// <inheritdoc/>
    public void Dispose()
    {
        Disconnect();
        _rejoin.Dispose();
    }

    void IKafkaSourceHandler.Assigned(IReadOnlyList<int> partitions)
    {
        foreach (int partition in partitions)
        {
            if (!_partitions.TryGetValue(partition, out PartitionId? id)) _partitions[partition] = id = new PartitionId(_settings.Options.EventTopic, partition);
            StartOffsets from = _handler!.Assigned(id, () => Positions(partition));
            _source!.Begin(partition, from.Events);
            _labels?.Begin(partition, from.Labels);
        }
    }

    void IKafkaSourceHandler.Revoking(IReadOnlyList<int> partitions)
    {
        foreach (int partition in partitions)
        {
            _labels?.End(partition);
            _handler!.Revoking(_partitions[partition]);
        }
    }

    void IKafkaSourceHandler.Lost(IReadOnlyList<int> partitions)
    {
        foreach (int partition in partitions)
        {
            _labels?.End(partition);
            _handler!.Lost(_partitions[partition]);
        }
    }

    void IKafkaSourceHandler.Record(KafkaRecord record)
    {
        _handler!.Received(new SourceRecord(_partitions[record.Partition], record.Offset, record.TimestampMilliseconds,
            record.HasKey ? record.Key.ToArray() : null, record.HasValue ? record.Value.ToArray() : null));
        record.Return();
    }

    void IKafkaSourceHandler.Broken(int partition, KafkaPositionException reason) => throw reason;

    private PartitionPositions Positions(int partition)
    {
        (long first, _) = _source!.LogRange(partition, s_patience);
        return new PartitionPositions(_source.Committed(partition, s_patience), first, first);
    }

    private void Connect()
    {
        _source = new KafkaSource(_settings, this, _log);
        _sink = new KafkaSink(_settings, _source, _log);
        if (_settings.Options.LabelTopic.Length > 0) _labels = new KafkaLabelReader(_settings, OnLabel, _log);
    }

    private void OnLabel(int partition, ConsumeResult<byte[], byte[]> read)
        => _handler!.ReceivedLabel(new PartitionId(_settings.Options.EventTopic, partition), new SourceRecord(
            new PartitionId(_settings.Options.LabelTopic, partition), read.Offset, read.Message.Timestamp.UnixTimestampMs, read.Message.Key, read.Message.Value));

    private void Disconnect()
    {
        _labels?.Dispose();
        _sink?.Dispose();
        _source?.Dispose();
        (_labels, _sink, _source) = (null, null, null);
    }
}
