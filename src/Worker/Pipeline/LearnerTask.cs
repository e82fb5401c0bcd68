using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.History;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>One learner at work: lets the processor learn the records of its sources in one order, commits what came out together with the order, and
/// writes checkpoints.</summary>
/// <remarks>
/// Three threads: one merges and reads (<see cref="LearnerInput"/>), one learns, which is this object's own, and one makes outputs
/// (<see cref="OutputMaker"/>); committing is a task of its own. While one commit is on its way the next batches are learned already; at most one is on its way. Checkpoints are written between commits only, so a
/// checkpoint is never ahead of the order log. Before all that, what the order log holds beyond the checkpoint is learned again, in its order.
/// </remarks>
internal sealed partial class LearnerTask
{
    private const int MostUncommittedBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1), BetweenJumpsTold = TimeSpan.FromMinutes(1), BetweenDetails = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a partition may seem to end before records that were processed: a leader that is new does not know at once how far its log goes.</summary>
    private static readonly TimeSpan LongestDoubt = TimeSpan.FromSeconds(30);

    private readonly LearnerProcessor _processor;
    private readonly ILearnerOutput _output;
    private readonly LearnerCheckpoints? _checkpoints;
    private readonly TimeSpan _commitInterval;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ArrivalSignal _wake;
    private readonly LearnerInput _input;
    private readonly OutputMaker _maker;
    private readonly CancellationTokenSource _givenUp = new();
    private readonly OrderBuilder _order = new();
    private readonly Guid _writer = OrderState.RandomId();
    private readonly LearnerRecovery _recovery;
    private (SourceFigures Figures, SourceQueue Queue)[] _partitions = [];
    private Task _commit = Task.CompletedTask;
    private OrderState _state, _committed;
    private long _lastCommit, _detailsAt, _records, _movedAt, _learnedAt, _committedRecords, _committedSequence = -1;
    private long _learning, _waiting, _committing;
    private volatile bool _checkpointWanted;
    private long _jumpsTold, _jumpsToldAt;
    private bool _detailsOld, _hasFailedToTell, _hasToldJumps;

    /// <param name="id">The learner.</param>
    /// <param name="processor">Its state; from now on this task's.</param>
    /// <param name="state">Where that stands in the order log.</param>
    /// <param name="recovery">What is to be learned again first.</param>
    /// <param name="output">Where its outputs go; from now on this task's.</param>
    /// <param name="checkpoints">Where checkpoints go; null for none.</param>
    /// <param name="options">Batches, queues and the merge.</param>
    /// <param name="commitInterval">Longest time between an output and its commit.</param>
    /// <param name="time">The clock of lingering, merging and committing.</param>
    /// <param name="log">Told of what happens to the pool, and of checkpoints that fail.</param>
    /// <param name="roomAgain">Called when a paused partition has room again, on the task's thread.</param>
    public LearnerTask(LearnerId id, LearnerProcessor processor, OrderState state, LearnerRecovery recovery, ILearnerOutput output, LearnerCheckpoints? checkpoints,
        PipelineOptions options, TimeSpan commitInterval, TimeProvider time, ILogger log, Action<PartitionId> roomAgain)
    {
        Id = id;
        _committedSequence = state.Last.Sequence;
        (_processor, _state, _committed, _recovery, _output, _checkpoints) = (processor, state, state, recovery, output, checkpoints);
        (_commitInterval, _time, _log) = (commitInterval, time, QuietLogger.Of(log));
        History = new PartitionHistory(time);
        _wake = new ArrivalSignal(time);
        _input = new LearnerInput(options, processor.IsBitExact, time, _wake, roomAgain);
        _batch = new SourceRecord[options.Capacity];
        _maker = new OutputMaker($"output {id.Learner}", processor.Writer, options.Capacity, (outputs, from) => Observe(() => Tell(outputs, from)), _wake.Nudge);
        _lastCommit = _movedAt = _learnedAt = time.GetTimestamp();
        foreach (SourceState source in processor.Sources)
        {
            _input.Insert(_input.QueueOf(source.Partition, source.Order));
            source.Figures.Committed = source.Order.Kind == SourceKind.Events ? Math.Max(source.Next, recovery.SilentBelow) : source.Next;
        }
        processor.Silent = recovery.SilentBelow > 0;
        TellPartitions();
    }

    /// <summary>The learner.</summary>
    public LearnerId Id { get; }

    /// <summary>True when it needs the headers of its records.</summary>
    public bool NeedsHeaders => _processor.NeedsHeaders;

    /// <summary>What telemetry reads.</summary>
    public PartitionFigures Figures => _processor.Figures;

    /// <summary>What the live page shows.</summary>
    public PartitionHistory History { get; }

    /// <summary>Time from a record's arrival to its prediction.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Time of a batch from taking in its first record to its last prediction.</summary>
    public LatencyHistogram BatchTimes { get; } = new();

    /// <summary>How long its thread has learned; waited, as no batch was ready; and was kept by commits, checkpoints and looking at the pool.</summary>
    public (TimeSpan Learning, TimeSpan Waiting, TimeSpan Committing) Spent
        => (_time.GetElapsedTime(0, Interlocked.Read(ref _learning)), _time.GetElapsedTime(0, Interlocked.Read(ref _waiting)), _time.GetElapsedTime(0, Interlocked.Read(ref _committing)));

    /// <summary>Records that have come and are not learned yet. Any thread.</summary>
    public int Queued => _input.Signal.Count + _input.Taken;

    /// <summary>Bytes that those in queues keep in memory.</summary>
    public long QueuedBytes => Queues.Sum(q => q.ByteCount);

    /// <summary>The queues of its sources, in ascending order. Any thread.</summary>
    public IReadOnlyList<SourceQueue> Queues => _input.Queues;

    /// <summary>Figures and queue of each source, in ascending order. Any thread.</summary>
    public IReadOnlyList<(SourceFigures Figures, SourceQueue Queue)> Partitions => Volatile.Read(ref _partitions);

    /// <summary>Number of the order record up to which everything is committed; −1 before the first.</summary>
    public long CommittedSequence => Interlocked.Read(ref _committedSequence);

    /// <summary>Records processed that were committed, since the learner was assigned.</summary>
    public long CommittedRecords => Interlocked.Read(ref _committedRecords);

    /// <summary>True while the order log is learned again.</summary>
    public bool IsRecovering { get; private set; }

    /// <summary>Checkpoints of this learner; null for none.</summary>
    public LearnerCheckpoints? Checkpoints => _checkpoints;

    /// <summary>Dead letters of a reason. Those of <see cref="DeadLetterReason.PredictionTooLarge"/> count from the taking over of the learner, as they
    /// depend on the brokers and so are no state.</summary>
    public long DeadLettersOf(DeadLetterReason reason) => Figures.DeadLetters[(int)reason] + (reason == DeadLetterReason.PredictionTooLarge ? _output.RefusedPredictions : 0);

    /// <summary>Ends when the task does; faulted when it could not go on.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>For how long work has been in hand without anything moving; zero while there is none.</summary>
    public TimeSpan StuckFor => IsRecovering || (Queued == 0 && _commit.IsCompleted) ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _movedAt));

    /// <summary>Begins to work.</summary>
    public void Start()
    {
        IsRecovering = _recovery.Log is not null;
        Completion = NamedThread.Run($"learn {Id.Learner}", Run);
    }

    /// <summary>A source that the state does not have: it joins when the task comes to it. Records may be offered at once. Any thread.</summary>
    /// <param name="source">The source.</param>
    /// <param name="offset">The offset that it is read from.</param>
    public SourceQueue Found(SourcePosition source, long offset) => _input.Found(source, offset);

    /// <summary>True for the queue of a source of this task. Any thread.</summary>
    public bool Owns(SourceQueue queue) => queue.Signal == _input.Signal;

    /// <summary>Asks for a checkpoint soon. Any thread.</summary>
    public void RequestCheckpoint()
    {
        _checkpointWanted = true;
        _wake.Nudge();
    }

    /// <summary>Finishes the batch in hand, drops what is queued after it, commits, writes a checkpoint, ends.</summary>
    public Task StopAsync()
    {
        Close();
        return Completion;
    }

    /// <summary>Ends without writing anything more.</summary>
    public async Task AbandonAsync()
    {
        await _givenUp.CancelAsync();
        Close();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Close()
    {
        _wake.Close();
        _input.Close();
    }

    private void Run()
    {
        try
        {
            UpdateDetails();
            if (_recovery.Log is { } log)
            {
                if (!Recover(log)) return;
                if (_state.Last.IsBeginning) TellBeginnings();
            }
            IsRecovering = false;
            _jumpsTold = Figures.TimeJumps; // those learned again were told before
            _output.Begin(_state.Last, _state.Next);
            _output.Recovered([.. _processor.Sources.Select(static s => new NextOffset(s.Order, s.Next))]);
            _input.Start($"decode {Id.Learner}", _recovery.SilentBelow, () => _processor.Ahead);
            while (!_wake.IsClosed) Step();
            if (!_givenUp.IsCancellationRequested) Checkpoint();
        }
        finally
        {
            Close();
            Await(_commit.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
            Await(_input.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
            _maker.Dispose();
            _output.Dispose();
            _processor.Dispose();
        }
    }

    private void Step()
    {
        long began = _time.GetTimestamp();
        _wake.WaitFor(1, Patience());
        TakenBatch? taken = _wake.IsClosed ? null : _input.Next();
        long ready = Spend(ref _waiting, began);
        if (taken is not null)
        {
            Learn(taken);
            _input.Return(taken);
        }
        else if (_processor.CanInfer && UntilInferenceEnds() <= TimeSpan.Zero) EndInference();
        long learned = Spend(ref _learning, ready);
        if (_detailsOld && (taken is null || _time.GetElapsedTime(_detailsAt) >= BetweenDetails)) UpdateDetails();
        foreach (Task part in (ReadOnlySpan<Task>)[_commit, _input.Completion, _maker.Completion])
            if (part.IsFaulted || part.IsCanceled) part.GetAwaiter().GetResult();
        if (IsCommitDue()) BeginCommit();
        if (_checkpointWanted || (!_processor.IsHolding && _checkpoints?.IsDue(_records) == true)) Checkpoint();
        Spend(ref _committing, learned);
    }

    private long Spend(ref long activity, long since)
    {
        long now = _time.GetTimestamp();
        Interlocked.Add(ref activity, now - since);
        return now;
    }

    private static void Await(System.Runtime.CompilerServices.ConfiguredTaskAwaitable task) => task.GetAwaiter().GetResult();

    /// <summary>True when there is something to commit.</summary>
    private bool HasNews => !_processor.Silent && !_order.IsEmpty;

    /// <summary>Time until there is something to do besides records; the end of a commit that is on its way nudges.</summary>
    private TimeSpan Patience()
    {
        TimeSpan patience = LongestWait;
        if (_commit.IsCompleted && HasNews) patience = _commitInterval - _time.GetElapsedTime(_lastCommit);
        if (_processor.CanInfer && UntilInferenceEnds() is var idle && idle < patience) patience = idle > TimeSpan.Zero ? idle : TimeSpan.Zero;
        if (_checkpoints is { } checkpoints && !_processor.IsHolding && checkpoints.UntilDue(_records) is { } untilDue && untilDue < patience) patience = untilDue;
        return patience;
    }

    /// <summary>Time until the inference of the schema ends because no record comes.</summary>
    private TimeSpan UntilInferenceEnds()
        => _processor.InferIdle == TimeSpan.Zero || Queued > 0 ? LongestWait : _processor.InferIdle - _time.GetElapsedTime(_learnedAt);

    /// <summary>What the clock has decided becomes an entry of the order, so that it happens again in the same place.</summary>
    private void EndInference()
    {
        _learnedAt = _time.GetTimestamp();
        _processor.Apply(OrderEntry.InferenceEnded(), _maker);
        _order.Add(OrderEntry.InferenceEnded());
        _detailsOld = true;
    }

    private void Learn(TakenBatch taken)
    {
        foreach ((SourceQueue queue, long offset) in taken.Joined)
        {
            _processor.Join(queue.Partition, queue.Source.Kind, offset).Touched = true;
            _order.Add(OrderEntry.Joined(queue.Source, offset));
        }
        if (taken.Joined.Count > 0) TellPartitions();
        if (taken.Count == 0) return;
        if (_processor.Silent) _processor.Silent = taken.IsSilent;
        Activity? activity = BatchActivity.Start(Id, taken.Records);
        long began = _time.GetTimestamp();
        _processor.Process(taken.Records, taken.Decoded.Count > 0 ? taken.Decoded : null, _maker);
        if (_processor.FiguresFault is { } fault) NoteGap(fault);
        foreach (OrderSource source in taken.Sources) _order.Add(source);
        TellJumps();
        long now = _time.GetTimestamp();
        Interlocked.Add(ref _records, taken.Count);
        _learnedAt = now;
        BatchTimes.Add(_time.GetElapsedTime(began, now));
        _detailsOld = true;
        Volatile.Write(ref _movedAt, now);
        foreach (long arrived in taken.Arrived) Latency.Add(_time.GetElapsedTime(arrived, now));
        BatchActivity.Stop(activity);
    }

    /// <summary>Tells figures and queue of each source.</summary>
    private void TellPartitions()
        => Volatile.Write(ref _partitions, [.. _processor.Sources.Select(s => (s.Figures, _input.Queues.First(q => q.Source == s.Order)))]);

    /// <summary>The first order record of a lineage tells where each source begins.</summary>
    private void TellBeginnings()
    {
        foreach (SourceState source in _processor.Sources)
        {
            _order.Add(OrderEntry.Joined(source.Order, source.Next));
            source.Touched = true;
        }
    }

    private void Tell(OutputBatch outputs, int from)
    {
        for (int i = from; i < outputs.Count; i++)
            if (outputs.KindOf(i) == OutputKind.Audit) LogAudit(_log, Id, Interlocked.Read(ref _records), Encoding.UTF8.GetString(outputs.ValueOf(i)));
        History.Add(outputs, from, Figures);
    }

    /// <summary>Tells of times that were not believed, once a minute at most.</summary>
    private void TellJumps()
    {
        if (Figures.TimeJumps == _jumpsTold || Figures.LastJump is not { } jump || (_hasToldJumps && _time.GetElapsedTime(_jumpsToldAt) < BetweenJumpsTold)) return;
        (_jumpsTold, _jumpsToldAt, _hasToldJumps) = (Figures.TimeJumps, _time.GetTimestamp(), true);
        LogJump(_log, Id, jump.Partition, jump.Offset, EventTime.ToText(jump.Time), EventTime.ToText(jump.Now), Figures.TimeJumps);
    }

    /// <summary>Does what only tells of the work: a fault there leaves a gap in what is shown, and never ends the task.</summary>
    private void Observe(Action observation)
    {
        try
        {
            observation();
        }
        catch (Exception e) // whatever it is
        {
            NoteGap(e);
        }
    }

    private void NoteGap(Exception fault)
    {
        if (!_hasFailedToTell) LogGap(_log, Id, _records, fault);
        _hasFailedToTell = true;
    }

    /// <summary>Looks at the pool: at most four times a second while batches come, and when they have ended, after their commit.</summary>
    private void UpdateDetails()
    {
        Observe(_processor.UpdateDetails);
        (_detailsAt, _detailsOld) = (_time.GetTimestamp(), false);
    }

    /// <summary>A commit is due after its interval; while the one before is still on its way it waits until much has come together.</summary>
    private bool IsCommitDue()
    {
        if (!HasNews) return false;
        if (_maker.ByteCount >= MostUncommittedBytes || _order.IsLarge) return true;
        return _commit.IsCompleted && _time.GetElapsedTime(_lastCommit) >= _commitInterval;
    }

    private void BeginCommit()
    {
        _commit.GetAwaiter().GetResult();
        _lastCommit = _time.GetTimestamp();
        OrderPosition position = new(_state.Last.Lineage, _state.Last.Sequence + 1, _writer);
        SourceState[] touched = [.. _processor.Sources.Where(static s => s.Touched)];
        NextOffset[] next = [.. touched.Select(static s => new NextOffset(s.Order, s.Next))];
        foreach (SourceState source in touched) source.Touched = false;
        byte[] record = OrderRecordCodec.Write(new OrderRecord(position, _state.Predecessor, _order.Take(), next));
        _state = OrderState.After(position, _state.Next);
        _commit = CommitAsync(_maker.Seal(), new OrderCommit(record, position, next), touched, _records);
        _ = _commit.ContinueWith(_ => _wake.Nudge(), TaskScheduler.Default);
    }

    private async Task CommitAsync(Task<OutputBatch> outputs, OrderCommit order, SourceState[] touched, long records)
    {
        long next = await _output.CommitAsync(await outputs, order, _givenUp.Token);
        _committed = OrderState.After(order.Position, next);
        Interlocked.Exchange(ref _committedSequence, order.Position.Sequence);
        for (int i = 0; i < touched.Length; i++) Volatile.Write(ref touched[i].Figures.Committed, order.Next[i].Offset);
        Interlocked.Exchange(ref _committedRecords, records);
        Volatile.Write(ref _movedAt, _time.GetTimestamp());
    }

    private void Checkpoint()
    {
        _checkpointWanted = false;
        _commit.GetAwaiter().GetResult();
        if (HasNews)
        {
            BeginCommit();
            _commit.GetAwaiter().GetResult();
        }
        // While the schema is inferred records are held, which are not in the state: the checkpoint before them stays the newest.
        if (!_processor.IsHolding) WriteCheckpoint();
    }

    private void WriteCheckpoint()
    {
        if (_checkpoints is null) return;
        long position = _recovery.Log is null ? _recovery.PositionOf(_processor) : _committed.Next;
        if (!_checkpoints.Write(_processor, _committed, position, position, _records, _log)) return;
        if (_recovery.Log is { } log && _checkpoints.Oldest is { } oldest) log.Trim(oldest);
    }

    [LoggerMessage(131, LogLevel.Error, "{Learner}@{Records}: what happened here could not be shown, so log, metrics or live page have a gap; the learner goes on. Further failures of this kind are not logged.")]
    private static partial void LogGap(ILogger log, LearnerId learner, long records, Exception fault);

    [LoggerMessage(132, LogLevel.Warning, "{Learner}: the record {Partition}@{Offset} has the time {Time}, far ahead of the event time {Now}. What a few records say does not move event time. Such records so far: {Jumps}. See the clock of whoever sends them. Told once a minute at most.")]
    private static partial void LogJump(ILogger log, LearnerId learner, PartitionId partition, long offset, string time, string now, long jumps);

    [LoggerMessage(130, LogLevel.Information, "{Learner}@{Records}: {Audit}")]
    private static partial void LogAudit(ILogger log, LearnerId learner, long records, string audit);
}
