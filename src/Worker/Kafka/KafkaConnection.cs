using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>The worker's two ends in Kafka, which belong together: the group member that brings records, and the outputs that commit its offsets.</summary>
internal sealed class KafkaConnection : IRecordSource, IPartitionOutputs, IKafkaSourceHandler
{
    /// <summary>Longer than an open transaction of a dead owner lives (a minute), since offsets in it are waited for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan s_call = TimeSpan.FromSeconds(10), s_beforeRejoining = TimeSpan.FromSeconds(1);

    private readonly KafkaSettings _settings;
    private readonly ILogger _log;
    private readonly Dictionary<int, PartitionId> _partitions = [];
    private readonly Dictionary<int, IPartitionOutput> _opened = [];
    private readonly ManualResetEventSlim _rejoin = new();
    private IRecordHandler? _handler;
    private KafkaSource? _source;
    private KafkaSink? _sink;
    private KafkaLabelReader? _labels;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="log">For the clients' reports.</param>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaConnection(KafkaSettings settings, ILogger log)
    {
        (_settings, _log) = (settings, QuietLogger.Of(log));
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
    public long? EndOf(PartitionId partition) => _source?.EndOf(partition.Partition);

    /// <inheritdoc/>
    public void Pause(PartitionId partition) => _source?.Pause(partition.Partition);

    /// <inheritdoc/>
    public void Resume(PartitionId partition) => _source?.Resume(partition.Partition);

    /// <inheritdoc/>
    public void Rejoin() => _rejoin.Set();

    /// <inheritdoc/>
    public IPartitionOutput Open(PartitionId partition)
        => _opened.Remove(partition.Partition, out IPartitionOutput? output) ? output : _sink!.Open(partition);

    /// <inheritdoc/>
    public void Dispose()
    {
        Disconnect();
        _rejoin.Dispose();
    }

    void IKafkaSourceHandler.Assigned(IReadOnlyList<int> partitions)
    {
        // All previous owners are fenced first: an offset in a transaction that one of them left open is waited for when committed offsets are read.
        PartitionId[] ids = [.. partitions.Select(IdOf)];
        Task<IPartitionOutput>[] opening = [.. ids.Select(id => Task.Run(() => _sink!.Open(id)))];
        for (int i = 0; i < opening.Length; i++) _opened[partitions[i]] = opening[i].GetAwaiter().GetResult();
        foreach (int partition in partitions)
        {
            StartOffsets from = _handler!.Assigned(IdOf(partition), () => Positions(partition));
            _source!.Begin(partition, from.Events);
            _labels?.Begin(partition, from.Labels);
        }
    }

    void IKafkaSourceHandler.Revoking(IReadOnlyList<int> partitions)
    {
        foreach (int partition in partitions)
        {
            _labels?.End(partition);
            _handler!.Revoking(IdOf(partition));
        }
    }

    void IKafkaSourceHandler.Lost(IReadOnlyList<int> partitions)
    {
        foreach (int partition in partitions)
        {
            _labels?.End(partition);
            _handler!.Lost(IdOf(partition));
        }
    }

    void IKafkaSourceHandler.Record(KafkaRecord record)
    {
        _handler!.Received(new SourceRecord(IdOf(record.Partition), record.Offset, record.TimestampMilliseconds,
            record.HasKey ? record.Key.ToArray() : null, record.HasValue ? record.Value.ToArray() : null));
        record.Return();
    }

    void IKafkaSourceHandler.Broken(int partition, KafkaPositionException reason) => throw reason;

    /// <summary>One object a partition, also for partitions that are given up before their turn to be taken over came.</summary>
    private PartitionId IdOf(int partition)
    {
        if (!_partitions.TryGetValue(partition, out PartitionId? id)) _partitions[partition] = id = new PartitionId(_settings.Options.EventTopic, partition);
        return id;
    }

    private PartitionPositions Positions(int partition)
    {
        Backoff backoff = new();
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                (long first, _) = _source!.LogRange(partition, s_call);
                return new PartitionPositions(_source.Committed(partition, s_call), first, first);
            }
            catch (KafkaException e) when (KafkaFaults.IsTransient(KafkaFaults.CodeOf(e)))
            {
                if (Stopwatch.GetElapsedTime(began) > s_patience)
                    throw new KafkaPositionException($"{IdOf(partition)}: the log's start and the committed offset could not be read within {s_patience.TotalSeconds} s: {e.Error.Reason}. Check that the brokers are well.", e);
                KafkaLog.CommittedUnknown(_log, _settings.Options.EventTopic, partition, e.Error);
            }
            backoff.Wait(CancellationToken.None);
        }
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
        foreach (IPartitionOutput output in _opened.Values) output.Dispose();
        _opened.Clear();
        _labels?.Dispose();
        _sink?.Dispose();
        _source?.Dispose();
        (_labels, _sink, _source) = (null, null, null);
    }
}
