using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>The worker's ends in Kafka: the group member to which learners are assigned, the reader of their partitions, and their outputs.</summary>
internal sealed class KafkaLearners : ILearnerSource, ILearnerOutputs, IKafkaMemberHandler, IRecordReaderHandler
{
    private static readonly TimeSpan s_beforeRejoining = TimeSpan.FromSeconds(1);

    private readonly KafkaSettings _settings;
    private readonly ILogger _log;
    private readonly bool _traces;
    private readonly KafkaQueries _queries;
    private readonly OrderTopic _topics;
    private readonly OutputLimits _limits;
    private readonly ConcurrentDictionary<(string, int), PartitionId> _ids = [];
    private readonly ConcurrentDictionary<int, TakenOver> _taken = [];
    private readonly ManualResetEventSlim _rejoin = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordReader _reader;
    private readonly SharedProducer? _shared;
    private ILearnerHandler? _handler;
    private KafkaMember _member;
    private int _learners;
    private bool _disposed;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="learners">How many learners share the event partitions, ≥ 1; null = one a partition.</param>
    /// <param name="log">For the clients' reports.</param>
    /// <param name="traces">True when the records' <c>traceparent</c> is needed for telemetry.</param>
    /// <exception cref="StreamMoe.Streams.Options.OptionException">librdkafka refuses the configuration.</exception>
    public KafkaLearners(KafkaSettings settings, int? learners, ILogger log, bool traces = false)
    {
        (_settings, _log, _traces) = (settings, log = QuietLogger.Of(log), traces);
        _queries = new KafkaQueries(settings, log);
        _limits = new OutputLimits(settings, topics => KafkaTopics.LargestBatches(_queries.Handle, topics));
        _topics = new OrderTopic(settings, learners, _queries, log);
        (_member, _reader) = (new KafkaMember(settings, this, log), new RecordReader(settings, this, log));
        if (settings.Options.Guarantee == Guarantee.AtLeastOnce) _shared = new SharedProducer(() => new KafkaRecordProducer(settings, log, _limits.AreTold ? _limits.Least : null));
    }

    /// <value>Why learners cannot begin with these sources, null when they can; asked before the group is joined, for all learners that have no order log yet.
    /// Null (the default): nothing keeps them.</value>
    public Func<IReadOnlyList<SourcePosition>, string?>? FaultOfBeginning { get; init; }

    /// <value>How often new partitions are looked for. The default is 30 s.</value>
    internal TimeSpan BetweenLooks { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>True once the group's coordinator has accepted this worker.</value>
    public bool IsMember => _member.IsMember;

    /// <inheritdoc/>
    public TimeSpan StuckFor => _handler!.StuckFor;

    /// <inheritdoc/>
    public void Run(ILearnerHandler handler, CancellationToken stop)
    {
        _handler = handler;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            _learners = _topics.PrepareAsync(stop).GetAwaiter().GetResult();
            LookAtBeginnings(stop);
            Task finding = Task.Run(() => FindPartitionsAsync(ended.Token), CancellationToken.None);
            while (RunOnce(stop))
            {
                _rejoin.Reset();
                _member.Dispose();
                _member = new KafkaMember(_settings, this, _log);
            }
            ended.Cancel();
            finding.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to stop before it had joined.
        }
    }

    /// <inheritdoc/>
    public long? EndOf(PartitionId partition) => _reader.EndOf(partition);

    /// <inheritdoc/>
    public void Pause(PartitionId partition) => _reader.Pause(partition);

    /// <inheritdoc/>
    public void Resume(PartitionId partition) => _reader.Resume(partition);

    /// <inheritdoc/>
    public void Rejoin() => _rejoin.Set();

    /// <inheritdoc/>
    public ILearnerOutput Open(int learner, CancellationToken stop)
    {
        PartitionId order = IdOf(_settings.OrderTopic, learner);
        if (_shared is null) _limits.AskFirst();
        OutputFit fit = new(_limits, _log);
        if (_shared is null)
            return new TransactionalOutput(new KafkaTransactionalProducer(_settings, learner, _log), order, fit, Report, _log, stop);
        TopicPartition place = new(order.Topic, learner);
        return new AtLeastOnceOutput(new RecordSender(_shared, order, _log, limits: _limits), order, fit, from => new OrderTail(_settings, place, from, _log),
            (next, token) => _member.TryCommit(new TopicPartitionOffset(place, next), token), Report);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return; // as source and as outputs
        _member.Dispose();
        _reader.Dispose();
        _shared?.Dispose();
        _queries.Dispose();
        _rejoin.Dispose();
    }

    void IKafkaMemberHandler.Assigned(IReadOnlyList<int> learners)
    {
        // At each rebalance, also at one that leaves the learners where they are.
        Task looked = Task.Run(LookAtGroupAsync);
        foreach (int learner in learners)
        {
            TakenOver taken = _taken[learner] = new TakenOver();
            taken.Task = Task.Run(() => TakeOverAsync(learner, taken, looked));
        }
    }

    void IKafkaMemberHandler.Revoking(IReadOnlyList<int> learners) => GiveUp(learners, _handler!.RevokingAsync);

    void IKafkaMemberHandler.Lost(IReadOnlyList<int> learners) => GiveUp(learners, _handler!.LostAsync);

    void IRecordReaderHandler.Received(in SourceRecord record) => _handler!.Received(record);

    void IRecordReaderHandler.EndReached(PartitionId partition, long offset) => _handler!.EndReached(partition, offset);

    /// <summary>Refuses what some learner could not begin with, before any of them begins.</summary>
    private void LookAtBeginnings(CancellationToken stop)
    {
        for (int learner = 0; FaultOfBeginning is not null && learner < _learners; learner++)
        {
            // The offsets first: whoever has begun a learner meanwhile writes its order log before it commits any.
            IReadOnlyList<SourcePosition> sources = SourcesOf(learner, stop);
            if (_queries.Range(new TopicPartition(_settings.OrderTopic, learner), stop).End == 0 && FaultOfBeginning(sources) is { } fault) throw new OrderException(fault);
        }
    }

    /// <summary>A membership, from joining to leaving.</summary>
    /// <returns>True when the group is to be joined anew.</returns>
    private bool RunOnce(CancellationToken stop)
    {
        _member.Start();
        int ended = WaitHandle.WaitAny([stop.WaitHandle, _rejoin.WaitHandle, HandleOf(_member.Completion), HandleOf(_reader.Completion), HandleOf(_failed.Task)]);
        Exception? fault = _failed.Task.Exception?.InnerException ?? _reader.Completion.Exception?.InnerException;
        try
        {
            _member.StopAsync().GetAwaiter().GetResult();
        }
        catch (Exception e) when (fault is not null)
        {
            KafkaLog.HandoverFailed(_log, e, _settings.OrderTopic);
        }
        if (fault is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        return ended == 1 && !stop.WaitHandle.WaitOne(s_beforeRejoining);
    }

    private static WaitHandle HandleOf(Task task) => ((IAsyncResult)task).AsyncWaitHandle;

    private async Task LookAtGroupAsync()
    {
        try
        {
            await _topics.RefuseFormerMembersAsync();
        }
        catch (OrderException e)
        {
            _failed.TrySetException(e);
            throw;
        }
    }

    private async Task TakeOverAsync(int learner, TakenOver taken, Task looked)
    {
        CancellationToken stop = taken.Stop.Token;
        try
        {
            await looked;
            KafkaOrderLog order = new(_settings, learner, _queries, _log);
            IReadOnlyList<SourceStart> starts = await _handler!.AssignedAsync(new LearnerAssignment(learner, order, token => SourcesOf(learner, token)), stop);
            lock (taken)
            {
                if (stop.IsCancellationRequested) return;
                foreach (SourceStart start in starts) Begin(taken, start.Partition, start.Offset);
                taken.IsReading = true;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was given up meanwhile.
        }
        catch (LearnerFencedException e)
        {
            KafkaLog.TakeOverFenced(_log, learner, e.Message);
            Rejoin();
        }
        catch (Exception e)
        {
            _failed.TrySetException(e);
        }
    }

    /// <summary>All learners are given up together; what they would still read is not read any more.</summary>
    private void GiveUp(IReadOnlyList<int> learners, Func<IReadOnlyList<int>, Task> tell)
    {
        List<TakenOver> gone = [];
        foreach (int learner in learners)
        {
            if (!_taken.TryRemove(learner, out TakenOver? taken)) continue;
            lock (taken) taken.Stop.Cancel();
            gone.Add(taken);
        }
        _reader.End(gone.SelectMany(taken => taken.Partitions));
        Task.WaitAll([.. gone.Select(taken => taken.Task)]);
        tell(learners).GetAwaiter().GetResult();
    }

    private void Begin(TakenOver taken, PartitionId partition, long offset)
    {
        taken.Partitions.Add(partition);
        _reader.Begin(partition, offset, (_handler!.NeedsHeaders ? HeaderUse.Events : HeaderUse.None) | (_traces ? HeaderUse.Traces : HeaderUse.None));
    }

    private void Report(OrderCommit committed)
    {
        foreach (NextOffset next in committed.Next)
            _member.Report(new TopicPartitionOffset(next.Source.Kind == SourceKind.Events ? _settings.Options.EventTopic : _settings.Options.LabelTopic, next.Source.Partition, next.Offset));
    }

    private IReadOnlyList<SourcePosition> SourcesOf(int learner, CancellationToken stop)
        => [.. PartitionsOf(learner, stop).Select(source => PositionOf(source.Partition, source.Kind, stop))];

    /// <summary>The partitions that belong to a learner by now, events before labels.</summary>
    private IEnumerable<(PartitionId Partition, SourceKind Kind)> PartitionsOf(int learner, CancellationToken stop)
    {
        foreach ((string topic, SourceKind kind) in Topics())
        {
            int count = _queries.Topic(topic, stop)?.Partitions ?? 0;
            for (int partition = 0; partition < count; partition++)
                if (LearnerOf(partition) == learner) yield return (IdOf(topic, partition), kind);
        }
    }

    private int LearnerOf(int partition) => _topics.IsByPartition ? partition : partition % _learners;

    private IEnumerable<(string Topic, SourceKind Kind)> Topics()
    {
        yield return (_settings.Options.EventTopic, SourceKind.Events);
        if (_settings.Options.LabelTopic.Length > 0 && _settings.Options.LabelTopic != _settings.Options.EventTopic) yield return (_settings.Options.LabelTopic, SourceKind.Labels);
    }

    private SourcePosition PositionOf(PartitionId partition, SourceKind kind, CancellationToken stop)
    {
        TopicPartition place = new(partition.Topic, partition.Partition);
        long first = _queries.Range(place, stop).First;
        return new SourcePosition(partition, kind, first, first, _queries.Committed(place, stop));
    }

    /// <summary>One object a partition, which comes with all of its records.</summary>
    private PartitionId IdOf(string topic, int partition) => _ids.GetOrAdd((topic, partition), static key => new PartitionId(key.Item1, key.Item2));

    /// <summary>Looks for new partitions now and then: they are further sources of the learners that are here.</summary>
    private async Task FindPartitionsAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(BetweenLooks);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    if (_topics.IsByPartition) await _topics.FollowAsync(stop);
                    foreach ((int learner, TakenOver taken) in _taken) Find(learner, taken, stop);
                }
                catch (Exception e) when (e is KafkaException or KafkaPositionException)
                {
                    KafkaLog.PartitionsNotLookedFor(_log, _settings.Options.EventTopic, e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The worker ends.
        }
    }

    private void Find(int learner, TakenOver taken, CancellationToken stop)
    {
        if (!taken.IsReading) return;
        foreach ((PartitionId partition, SourceKind kind) in PartitionsOf(learner, stop))
        {
            if (taken.Partitions.Contains(partition)) continue;
            SourcePosition found = PositionOf(partition, kind, stop);
            lock (taken)
            {
                if (taken.Stop.IsCancellationRequested || !_handler!.Found(learner, found)) continue;
                Begin(taken, partition, found.Initial);
            }
        }
    }

    /// <summary>A learner that is here, or is being restored; locked by whoever begins or ends its partitions.</summary>
    private sealed class TakenOver
    {
        public CancellationTokenSource Stop { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;

        public HashSet<PartitionId> Partitions { get; } = [];

        public volatile bool IsReading;
    }
}
