using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka;

/// <summary>A member of the consumer group: reads the event topic on a poll thread of its own and tells a handler what comes.</summary>
/// <remarks>An assigned partition delivers nothing until <see cref="Begin"/> says from which offset. Pauses outlast a rebalance. Offsets are
/// committed by <see cref="TryCommit"/> or inside a transaction, never by the client itself. Methods may be called from any thread unless
/// they say otherwise. At rest the poll thread wakes up 20 times a second.</remarks>
internal sealed partial class KafkaSource : IDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly IConsumer<KafkaRecord, KafkaRecord> _consumer;
    private readonly IKafkaSourceHandler _handler;
    private readonly ILogger _logger;
    private readonly string _topic, _addresses;
    private readonly KafkaRecordPool _pool = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(int Partition, long Offset)> _begins = new();
    private readonly Dictionary<int, FlowState> _flow = []; // guarded by itself
    private readonly Dictionary<int, long> _next = []; // the next offset to deliver; guarded by _flow
    private volatile StopMode _stop;
    private bool _rebalanced;
    private ExceptionDispatchInfo? _fault;

    /// <summary>Makes the member; it joins the group at <see cref="Start"/>.</summary>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaSource(KafkaSettings settings, IKafkaSourceHandler handler, ILogger logger)
    {
        (_handler, _logger, _topic, _addresses) = (handler, logger, settings.Options.EventTopic, settings.Options.BootstrapServers);
        _consumer = KafkaSettings.Build(() => new ConsumerBuilder<KafkaRecord, KafkaRecord>(settings.GroupMember())
            .SetKeyDeserializer(_pool)
            .SetValueDeserializer(_pool)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnGone(partitions, _handler.Revoking))
            .SetPartitionsLostHandler((_, partitions) => OnGone(partitions, _handler.Lost))
            .SetErrorHandler((_, error) => KafkaLog.Write(_logger, error))
            .SetLogHandler((_, message) => KafkaLog.Write(_logger, message))
            .Build());
        _thread = new Thread(Run) { IsBackground = true, Name = "kafka poll" };
    }

    private enum StopMode { No, Leave, Abandon }

    /// <value>Ends when the source has stopped; faults with what stopped it: a fatal error of the client, or what the handler threw.</value>
    public Task Completion => _completion.Task;

    /// <value>True once the group's coordinator has accepted this member.</value>
    public bool IsMember => _stop == StopMode.No && !Completion.IsCompleted && !string.IsNullOrEmpty(_consumer.MemberId);

    /// <value>The partitions that this member owns, in ascending order.</value>
    public IReadOnlyList<int> Assignment
    {
        get
        {
            lock (_flow) return [.. _flow.Keys.Order()];
        }
    }

    /// <summary>Joins the group and starts to deliver. Once.</summary>
    public void Start()
    {
        _consumer.Subscribe(_topic);
        _thread.Start();
    }

    /// <summary>Hands over every partition (the handler's <see cref="IKafkaSourceHandler.Revoking"/>), leaves the group and ends. Not to be
    /// awaited on the poll thread.</summary>
    public Task StopAsync()
    {
        _stop = StopMode.Leave;
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted)) _completion.TrySetResult();
        return Completion;
    }

    /// <summary>Ends without a word to handler or group; the group notices after <c>session.timeout.ms</c>. After <see cref="StopAsync"/> it only frees.</summary>
    public void Dispose()
    {
        if (_stop == StopMode.No) _stop = StopMode.Abandon;
        if (_thread.IsAlive && Thread.CurrentThread != _thread) _thread.Join();
        _consumer.Dispose();
    }

    /// <summary>Delivers an assigned partition from an offset on. A partition that is not assigned (any more) is left alone.</summary>
    /// <param name="partition">A partition that <see cref="IKafkaSourceHandler.Assigned"/> named.</param>
    /// <param name="offset">The first offset to deliver, 0 or more; when it is no longer in the log the partition is broken.</param>
    public void Begin(int partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        _begins.Enqueue((partition, offset));
    }

    /// <summary>Holds a partition back. Called in <see cref="IKafkaSourceHandler.Record"/>, nothing more comes; called on another thread, one record
    /// may still come. No effect where the partition waits for <see cref="Begin"/> or is not assigned.</summary>
    public void Pause(int partition) => Switch(partition, FlowState.Flowing, FlowState.Paused);

    /// <summary>Lets a paused partition go on where it was.</summary>
    /// <remarks>A client that resumes a partition fetches it only when its broker thread wakes up for something else, up to a second later;
    /// a seek to where the partition stands wakes it at once.</remarks>
    public void Resume(int partition)
    {
        lock (_flow)
            if (Switch(partition, FlowState.Paused, FlowState.Flowing) && _next.TryGetValue(partition, out long next)) Wake(new TopicPartitionOffset(_topic, partition, next));
    }

    private bool Switch(int partition, FlowState from, FlowState to)
    {
        lock (_flow)
        {
            if (!_flow.TryGetValue(partition, out FlowState state) || state != from) return false;
            _flow[partition] = to;
            Hold(partition, to != FlowState.Flowing);
            return true;
        }
    }

    private void Wake(TopicPartitionOffset position)
    {
        try
        {
            _consumer.Seek(position);
        }
        catch (KafkaException e) // not begun by the client, or taken away meanwhile: then it need not be woken
        {
            KafkaLog.HoldRefused(_logger, _topic, position.Partition, e.Error);
        }
    }

    private void Hold(int partition, bool held)
    {
        try
        {
            TopicPartition[] one = [new(_topic, partition)];
            if (held) _consumer.Pause(one);
            else _consumer.Resume(one);
        }
        catch (KafkaException e) // taken away meanwhile: the rebalance callback is on its way
        {
            KafkaLog.HoldRefused(_logger, _topic, partition, e.Error);
        }
    }

    private void Run()
    {
        try
        {
            while (_stop == StopMode.No)
            {
                BeginPartitions();
                Poll();
                _fault?.Throw();
                if (_rebalanced) HoldAgain();
            }
            if (_stop == StopMode.Leave) Leave();
            _fault?.Throw();
            _completion.TrySetResult();
        }
        catch (Exception e)
        {
            bool hasLeft = _stop == StopMode.Leave;
            _stop = StopMode.Abandon;
            if (!hasLeft) Leave();
            _completion.TrySetException(e);
        }
        finally
        {
            lock (_flow) _flow.Clear();
        }
    }

    /// <summary>Leaves the group; the handler gives up every partition first, so that those that are well are committed even when another has failed.</summary>
    private void Leave()
    {
        try
        {
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            KafkaLog.LeavingFailed(_logger, _topic, e.Error);
        }
    }

    private void Poll()
    {
        ConsumeResult<KafkaRecord, KafkaRecord>? read;
        try
        {
            read = _consumer.Consume(s_poll);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            OnConsumeError(e);
            return;
        }
        NoteEnds();
        if (read is null) return;
        KafkaRecord record = _pool.Take(_topic, read.Partition, read.Offset, read.Message.Timestamp.UnixTimestampMs);
        if (IsDelivered(record)) _handler.Record(record);
        else record.Return();
    }

    /// <summary>True for the next record of a partition that flows; one that a resumed partition has brought already comes again otherwise.</summary>
    private bool IsDelivered(KafkaRecord record)
    {
        lock (_flow)
        {
            if (!_flow.TryGetValue(record.Partition, out FlowState state) || state is not (FlowState.Flowing or FlowState.Paused)) return false;
            if (_next.TryGetValue(record.Partition, out long next) && record.Offset < next) return false;
            _next[record.Partition] = record.Offset + 1;
            return true;
        }
    }

    private void OnConsumeError(ConsumeException e)
    {
        int partition = e.ConsumerRecord?.Partition.Value ?? -1;
        if (partition >= 0 && e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_LogTruncation)
        {
            Break(partition);
            _handler.Broken(partition, new KafkaPositionException($"{_topic}-{partition} cannot be read on: {e.Error.Reason}. "
                + "The offset to read next is no longer in the log; restore from a checkpoint within the log, or allow a fresh model.", e));
        }
        else if (e.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic) KafkaLog.TopicMissing(_logger, _topic, _addresses);
        else KafkaLog.ConsumingFailed(_logger, _topic, e.Error);
    }
}
