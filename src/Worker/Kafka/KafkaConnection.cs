using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>The worker's two ends in Kafka, which belong together: the group member that brings records, and the outputs that commit its offsets.</summary>
/// <remarks>Each partition has a learner of its own, and no order log: the partition's log is the order.</remarks>
internal sealed class KafkaConnection : ILearnerSource, ILearnerOutputs, IKafkaSourceHandler
{
    /// <summary>Longer than an open transaction of a dead owner lives (a minute), since offsets in it are waited for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan s_call = TimeSpan.FromSeconds(10), s_beforeRejoining = TimeSpan.FromSeconds(1);

    private readonly KafkaSettings _settings;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<int, PartitionId> _partitions = [], _labelPartitions = [];
    private readonly ConcurrentDictionary<PartitionId, bool> _heldLabels = [];
    private readonly ConcurrentDictionary<int, SubscribedOutput> _outputs = [];
    private readonly Dictionary<int, IPartitionOutput> _opened = [];
    private readonly ManualResetEventSlim _rejoin = new();
    private ILearnerHandler? _handler;
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
    public void Run(ILearnerHandler handler, CancellationToken stop)
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
    public long? EndOf(PartitionId partition) => IsLabels(partition) ? null : _source?.EndOf(partition.Partition);

    /// <inheritdoc/>
    public void Pause(PartitionId partition)
    {
        if (IsLabels(partition)) _heldLabels[partition] = true;
        else _source?.Pause(partition.Partition);
    }

    /// <inheritdoc/>
    public void Resume(PartitionId partition)
    {
        if (!_heldLabels.TryRemove(partition, out _)) _source?.Resume(partition.Partition);
    }

    /// <inheritdoc/>
    public void Rejoin() => _rejoin.Set();

    /// <inheritdoc/>
    public ILearnerOutput Open(int learner, CancellationToken stop)
        => _outputs[learner] = new SubscribedOutput(_opened.Remove(learner, out IPartitionOutput? output) ? output : _sink!.Open(IdOf(learner), stop), learner);

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
            IReadOnlyList<SourceStart> from = _handler!.AssignedAsync(new LearnerAssignment(partition, null, _ => Positions(partition)), CancellationToken.None).GetAwaiter().GetResult();
            foreach (SourceStart start in from)
            {
                if (IsLabels(start.Partition)) _labels?.Begin(partition, start.Offset);
                else _source!.Begin(partition, _outputs[partition].Offset = start.Offset);
            }
        }
    }

    void IKafkaSourceHandler.Revoking(IReadOnlyList<int> partitions)
    {
        EndLabels(partitions);
        _handler!.RevokingAsync(partitions).GetAwaiter().GetResult();
    }

    void IKafkaSourceHandler.Lost(IReadOnlyList<int> partitions)
    {
        EndLabels(partitions);
        _handler!.LostAsync(partitions).GetAwaiter().GetResult();
    }

    void IKafkaSourceHandler.Record(KafkaRecord record)
    {
        _handler!.Received(new SourceRecord(IdOf(record.Partition), record.Offset, record.TimestampMilliseconds,
            record.HasKey ? record.Key.ToArray() : null, record.HasValue ? record.Value.ToArray() : null));
        record.Return();
    }

    void IKafkaSourceHandler.Broken(int partition, KafkaPositionException reason) => throw reason;

    private bool IsLabels(PartitionId partition) => _settings.Options.LabelTopic.Length > 0 && partition.Topic == _settings.Options.LabelTopic;

    private void EndLabels(IReadOnlyList<int> partitions)
    {
        foreach (int partition in partitions)
        {
            _labels?.End(partition);
            _heldLabels.TryRemove(LabelsOf(partition), out _);
        }
    }

    private PartitionId IdOf(int partition) => _partitions.GetOrAdd(partition, p => new PartitionId(_settings.Options.EventTopic, p));

    private PartitionId LabelsOf(int partition) => _labelPartitions.GetOrAdd(partition, p => new PartitionId(_settings.Options.LabelTopic, p));

    private IReadOnlyList<SourcePosition> Positions(int partition)
    {
        Backoff backoff = new();
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                (long first, _) = _source!.LogRange(partition, s_call);
                SourcePosition events = new(IdOf(partition), SourceKind.Events, first, first, _source.Committed(partition, s_call));
                return _labels is null ? [events] : [events, new SourcePosition(LabelsOf(partition), SourceKind.Labels, 0, 0, null)];
            }
            catch (KafkaException e) when (KafkaErrors.IsTransient(KafkaErrors.CodeOf(e)))
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
    {
        // Labels have a thread of their own, which may wait.
        PartitionId labels = LabelsOf(partition);
        _handler!.Received(new SourceRecord(labels, read.Offset, read.Message.Timestamp.UnixTimestampMs, read.Message.Key, read.Message.Value));
        for (SpinWait spin = new(); _heldLabels.ContainsKey(labels);) spin.SpinOnce();
    }

    private void Disconnect()
    {
        foreach (IPartitionOutput output in _opened.Values) output.Dispose();
        _opened.Clear();
        _heldLabels.Clear();
        _labels?.Dispose();
        _sink?.Dispose();
        _source?.Dispose();
        (_labels, _sink, _source) = (null, null, null);
    }
}
