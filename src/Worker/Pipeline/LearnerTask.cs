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

/// <summary>One learner at work: merges the records of its sources into one order, lets the processor learn them, commits what came out together with
/// the order, and writes checkpoints.</summary>
/// <remarks>
/// A batch ends when it is full or when <see cref="PipelineOptions.Linger"/> is over; only when it is full, where nets are on a device. While one
/// commit is on its way the next batches are learned already; at most one is on its way. Checkpoints are written between commits only, so a
/// checkpoint is never ahead of the order log. Before all that, what the order log holds beyond the checkpoint is learned again, in its order.
/// </remarks>
internal sealed partial class LearnerTask
{
    private const int MostUncommittedBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1), BetweenDetails = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a partition may seem to end before records that were processed: a leader that is new does not know at once how far its log goes.</summary>
    private static readonly TimeSpan LongestDoubt = TimeSpan.FromSeconds(30);

    private readonly LearnerProcessor _processor;
    private readonly ILearnerOutput _output;
    private readonly LearnerCheckpoints? _checkpoints;
    private readonly PipelineOptions _options;
    private readonly TimeSpan _commitInterval;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<PartitionId> _roomAgain;
    private readonly ArrivalSignal _signal;
    private readonly SourceRecord[] _batch;
    private readonly OrderSource[] _sources;
    private readonly long[] _arrived;
    private readonly int _fullBatch;
    private readonly CancellationTokenSource _givenUp = new();
    private readonly OrderBuilder _order = new();
    private readonly OrderMerge _merge;
    private readonly Guid _writer = OrderState.RandomId();
    private readonly LearnerRecovery _recovery;
    private OutputBatch _outputs = new(), _sending = new();
    private Task _commit = Task.CompletedTask;
    private OrderState _state, _committed;
    private long _lastCommit, _detailsAt, _records, _movedAt, _learnedAt, _committedRecords, _committedSequence = -1;
    private volatile bool _checkpointWanted;
    private bool _detailsOld, _hasFailedToTell;
    private long _mergeUntil = long.MaxValue;
    private int _filled;

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
        (_options, _commitInterval, _time, _log, _roomAgain) = (options, commitInterval, time, QuietLogger.Of(log), roomAgain);
        History = new PartitionHistory(time);
        _signal = new ArrivalSignal(time);
        _merge = new OrderMerge(TicksOf(options.MergeWait), TicksOf(options.MergeMaxWait));
        _batch = new SourceRecord[options.Capacity];
        _arrived = new long[options.Capacity];
        _sources = new OrderSource[options.Capacity];
        _fullBatch = Math.Min(options.Capacity, options.Queue);
        _lastCommit = _movedAt = _learnedAt = time.GetTimestamp();
        foreach (SourceState source in processor.Sources)
        {
            Insert(new SourceQueue(source.Partition, source.Order, options.Queue, _signal, time));
            source.Figures.Committed = source.Order.Kind == SourceKind.Events ? Math.Max(source.Next, recovery.SilentBelow) : source.Next;
        }
        processor.Silent = recovery.SilentBelow > 0;
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

    /// <summary>Records that wait, in all queues.</summary>
    public int Queued => _signal.Count;

    /// <summary>Bytes that they keep in memory.</summary>
    public long QueuedBytes => Queues.Sum(q => q.ByteCount);

    /// <summary>The queues of its sources, in ascending order. Any thread.</summary>
    public IReadOnlyList<SourceQueue> Queues => Volatile.Read(ref _queues);

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
    public TimeSpan StuckFor => IsRecovering || (_signal.Count == 0 && _commit.IsCompleted) ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _movedAt));

    /// <summary>Begins to work.</summary>
    public void Start()
    {
        IsRecovering = _recovery.Log is not null;
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Asks for a checkpoint soon. Any thread.</summary>
    public void RequestCheckpoint()
    {
        _checkpointWanted = true;
        _signal.Nudge();
    }

    /// <summary>Finishes the batch in hand, drops what is queued after it, commits, writes a checkpoint, ends.</summary>
    public Task StopAsync()
    {
        _signal.Close();
        return Completion;
    }

    /// <summary>Ends without writing anything more.</summary>
    public async Task AbandonAsync()
    {
        await _givenUp.CancelAsync();
        _signal.Close();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        try
        {
            UpdateDetails();
            if (_recovery.Log is { } log && !await RecoverAsync(log)) return;
            IsRecovering = false;
            BeginMerge();
            _output.Begin(_state.Last, _state.Next);
            while (!_signal.IsClosed)
            {
                TakeNewSources();
                int count = await FillAsync();
                if (count > 0) Learn(count);
                else if (_processor.CanInfer && UntilInferenceEnds() <= TimeSpan.Zero) EndInference();
                if (_detailsOld && (count == 0 || _time.GetElapsedTime(_detailsAt) >= BetweenDetails)) UpdateDetails();
                ResumeWhereRoom();
                if (_commit.IsFaulted || _commit.IsCanceled) await _commit;
                if (IsCommitDue()) await BeginCommitAsync();
                if (_checkpointWanted || (!_processor.IsHolding && _checkpoints?.IsDue(_records) == true)) await CheckpointAsync();
            }
            if (!_givenUp.IsCancellationRequested) await CheckpointAsync();
        }
        finally
        {
            await _commit.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _output.Dispose();
            _processor.Dispose();
        }
    }

    /// <summary>True when there is something to commit.</summary>
    private bool HasNews => !_processor.Silent && (!_order.IsEmpty || _outputs.Count > 0);

    private async Task<int> FillAsync()
    {
        bool awaited = _mergeUntil != long.MaxValue;
        if (awaited) await _signal.WaitForAsync(_signal.Count + 1, Shorter(Patience(), _mergeUntil));
        else await _signal.WaitForAsync(1, Patience());
        if (_signal.Count == 0) return 0;
        if (!_processor.IsBitExact)
        {
            // On a device the last bits depend on where batches are cut: never by time.
            await _signal.WaitForAsync(_fullBatch - _filled, Shorter(Patience(), _mergeUntil));
            if (_filled + _signal.Count < _fullBatch) return 0;
        }
        else if (!awaited)
        {
            await _signal.WaitForAsync(_fullBatch, _options.Linger, heedNudges: false);
        }
        Merge();
        if (!_processor.IsBitExact && _filled < _fullBatch) return 0;
        int count = _filled;
        _filled = 0;
        return count;
    }

    private TimeSpan Shorter(TimeSpan patience, long until)
    {
        if (until == long.MaxValue) return patience;
        long left = until - _time.GetTimestamp();
        TimeSpan wait = left <= 0 ? TimeSpan.Zero : _time.GetElapsedTime(0, left);
        return wait < patience ? wait : patience;
    }

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
        => _processor.InferIdle == TimeSpan.Zero || _signal.Count > 0 ? LongestWait : _processor.InferIdle - _time.GetElapsedTime(_learnedAt);

    /// <summary>What the clock has decided becomes an entry of the order, so that it happens again in the same place.</summary>
    private void EndInference()
    {
        _learnedAt = _time.GetTimestamp();
        int before = _outputs.Count;
        _processor.Apply(OrderEntry.InferenceEnded(), _outputs);
        _order.Add(OrderEntry.InferenceEnded());
        Observe(() => Tell(before));
        _detailsOld = true;
    }

    private void Learn(int count)
    {
        Activity? activity = BatchActivity.Start(Id, _batch.AsSpan(0, count));
        int before = _outputs.Count;
        long began = _time.GetTimestamp();
        _processor.Process(_batch.AsSpan(0, count), _outputs);
        for (int i = 0; i < count; i++) _order.Add(_sources[i]);
        Observe(() => Tell(before));
        Array.Clear(_batch, 0, count);
        long now = _time.GetTimestamp();
        _records += count;
        _learnedAt = now;
        BatchTimes.Add(_time.GetElapsedTime(began, now));
        _detailsOld = true;
        Volatile.Write(ref _movedAt, now);
        for (int i = 0; i < count; i++) Latency.Add(_time.GetElapsedTime(_arrived[i], now));
        BatchActivity.Stop(activity);
    }

    private void Tell(int before)
    {
        if (_processor.FiguresFault is { } fault) NoteGap(fault);
        for (int i = before; i < _outputs.Count; i++)
            if (_outputs.KindOf(i) == OutputKind.Audit) LogAudit(_log, Id, _records, Encoding.UTF8.GetString(_outputs.ValueOf(i)));
        History.Add(_outputs, before, Figures);
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
        if (_outputs.ByteCount >= MostUncommittedBytes || _order.IsLarge) return true;
        return _commit.IsCompleted && _time.GetElapsedTime(_lastCommit) >= _commitInterval;
    }

    private async Task BeginCommitAsync()
    {
        await _commit;
        (_sending, _outputs) = (_outputs, _sending);
        _outputs.Clear();
        _lastCommit = _time.GetTimestamp();
        OrderPosition position = new(_state.Last.Lineage, _state.Last.Sequence + 1, _writer);
        SourceState[] touched = [.. _processor.Sources.Where(static s => s.Touched)];
        NextOffset[] next = [.. touched.Select(static s => new NextOffset(s.Order, s.Next))];
        foreach (SourceState source in touched) source.Touched = false;
        byte[] record = OrderRecordCodec.Write(new OrderRecord(position, _state.Predecessor, _order.Take(), next));
        _state = OrderState.After(position, _state.Next);
        _commit = CommitAsync(_sending, new OrderCommit(record, position, next), touched, _records);
        _ = _commit.ContinueWith(_ => _signal.Nudge(), TaskScheduler.Default);
    }

    private async Task CommitAsync(OutputBatch outputs, OrderCommit order, SourceState[] touched, long records)
    {
        long next = await _output.CommitAsync(outputs, order, _givenUp.Token);
        _committed = OrderState.After(order.Position, next);
        Interlocked.Exchange(ref _committedSequence, order.Position.Sequence);
        for (int i = 0; i < touched.Length; i++) Volatile.Write(ref touched[i].Figures.Committed, order.Next[i].Offset);
        Interlocked.Exchange(ref _committedRecords, records);
        Volatile.Write(ref _movedAt, _time.GetTimestamp());
    }

    private async Task CheckpointAsync()
    {
        _checkpointWanted = false;
        await _commit;
        if (HasNews)
        {
            await BeginCommitAsync();
            await _commit;
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

    [LoggerMessage(130, LogLevel.Information, "{Learner}@{Records}: {Audit}")]
    private static partial void LogAudit(ILogger log, LearnerId learner, long records, string audit);
}
