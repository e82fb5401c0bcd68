using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.History;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>One partition at work: takes batches from its queue, lets the processor learn them, commits what came out, and writes checkpoints.</summary>
/// <remarks>
/// A batch ends when it is full or when <see cref="PipelineOptions.Linger"/> is over; only when it is full, where nets are on a device. While one commit is on its way the next batches are learned
/// already; at most one is on its way. Checkpoints are written between commits only, so a checkpoint is never ahead of the committed position.
/// </remarks>
internal sealed partial class PartitionLane
{
    private const int MostUncommittedBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1), BetweenDetails = TimeSpan.FromMilliseconds(250);

    private readonly PartitionProcessor _processor;
    private readonly IPartitionOutput _output;
    private readonly PartitionCheckpoints? _checkpoints;
    private readonly PipelineOptions _options;
    private readonly TimeSpan _commitInterval;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<PartitionLane> _roomAgain;
    private readonly RecordQueue _queue;
    private readonly SourceRecord[] _batch;
    private readonly long[] _arrived;
    private readonly int _fullBatch;
    private readonly CancellationTokenSource _givenUp = new();
    private OutputBatch _outputs = new(), _sending = new();
    private Task _commit = Task.CompletedTask;
    private long _committed, _lastCommit, _detailsAt;
    private volatile bool _paused, _checkpointWanted;
    private bool _detailsOld, _hasFailedToTell;

    /// <param name="source">The partition.</param>
    /// <param name="processor">Its state; from now on this lane's.</param>
    /// <param name="output">Where its outputs go; from now on this lane's.</param>
    /// <param name="committed">Committed next offset: outputs and position below it are not written again.</param>
    /// <param name="checkpoints">Where checkpoints go; null for none.</param>
    /// <param name="options">Batches and queue.</param>
    /// <param name="commitInterval">Longest time between an output and its commit.</param>
    /// <param name="time">The clock of lingering and committing.</param>
    /// <param name="log">Told of checkpoints that fail.</param>
    /// <param name="roomAgain">Called when a paused lane has room again, on the lane's thread.</param>
    public PartitionLane(PartitionId source, PartitionProcessor processor, IPartitionOutput output, long committed, PartitionCheckpoints? checkpoints,
        PipelineOptions options, TimeSpan commitInterval, TimeProvider time, ILogger log, Action<PartitionLane> roomAgain)
    {
        Source = source;
        (_processor, _output, _committed, _checkpoints) = (processor, output, committed, checkpoints);
        (_options, _commitInterval, _time, _log, _roomAgain) = (options, commitInterval, time, QuietLogger.Of(log), roomAgain);
        History = new PartitionHistory(time);
        _queue = new RecordQueue(options.Queue, time);
        _batch = new SourceRecord[options.Capacity];
        _arrived = new long[options.Capacity];
        _fullBatch = Math.Min(options.Capacity, options.Queue);
        _lastCommit = time.GetTimestamp();
    }

    /// <summary>The partition.</summary>
    public PartitionId Source { get; }

    /// <summary>What telemetry reads.</summary>
    public PartitionFigures Figures => _processor.Figures;

    /// <summary>What the live page shows.</summary>
    public PartitionHistory History { get; }

    /// <summary>Time from a record's arrival to its prediction.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Time of a batch from taking in its first record to its last prediction.</summary>
    public LatencyHistogram BatchTimes { get; } = new();

    /// <summary>Records that wait.</summary>
    public int Queued => _queue.Count;

    /// <summary>Bytes of their keys and values.</summary>
    public long QueuedBytes => _queue.ByteCount;

    /// <summary>True while no more records should be offered.</summary>
    public bool IsFull => _queue.IsFull;

    /// <summary>Next offset of the last commit that succeeded.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>Checkpoints of this partition; null for none.</summary>
    public PartitionCheckpoints? Checkpoints => _checkpoints;

    /// <summary>Dead letters of a reason. Those of <see cref="DeadLetterReason.PredictionTooLarge"/> count from the taking over of the partition, as they
    /// depend on the brokers and so are no state.</summary>
    public long DeadLettersOf(DeadLetterReason reason) => Figures.DeadLetters[(int)reason] + (reason == DeadLetterReason.PredictionTooLarge ? _output.RefusedPredictions : 0);

    /// <summary>Ends when the lane does; faulted when it could not go on.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to work.</summary>
    public void Start() => Completion = Task.Run(RunAsync);

    /// <summary>Adds a record. The poll thread, and that of the label topic where there is one.</summary>
    /// <returns>False when the partition is to be paused; call <see cref="TellWhenRoom"/> once it is.</returns>
    public bool Offer(in SourceRecord record) => _queue.Offer(record);

    /// <summary>The partition is paused now: <c>roomAgain</c> is to be called when it need not be any more. Poll thread.</summary>
    /// <remarks>Not before it is paused: else it might be told to go on first, and be paused for good.</remarks>
    public void TellWhenRoom()
    {
        _paused = true;
        _queue.Nudge();
    }

    /// <summary>Asks for a checkpoint soon. Any thread.</summary>
    public void RequestCheckpoint() => _checkpointWanted = true;

    /// <summary>Finishes the batch in hand, drops what is queued behind it, commits, writes a checkpoint, ends.</summary>
    public Task StopAsync()
    {
        _queue.Close();
        return Completion;
    }

    /// <summary>Ends without writing anything more.</summary>
    public async Task AbandonAsync()
    {
        await _givenUp.CancelAsync();
        _queue.Close();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        try
        {
            UpdateDetails();
            while (!_queue.IsClosed)
            {
                int count = await FillAsync();
                if (count > 0) Learn(count);
                if (_detailsOld && (count == 0 || _time.GetElapsedTime(_detailsAt) >= BetweenDetails)) UpdateDetails();
                if (_paused && (!_queue.IsHalfFull || (!_processor.IsBitExact && _queue.Count < _fullBatch)))
                {
                    _paused = false;
                    _roomAgain(this);
                }
                if (IsCommitDue()) await BeginCommitAsync();
                if (_checkpointWanted || (!_processor.IsHolding && _checkpoints?.IsDue(_processor.NextOffset) == true)) await CheckpointAsync();
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

    /// <summary>True when there is something to commit: a position, or what late labels from a topic of their own brought about.</summary>
    private bool HasNews => _processor.CommitOffset > _committed || _outputs.Count > 0;

    private async Task<int> FillAsync()
    {
        await _queue.WaitForAsync(1, Patience());
        if (_queue.Count == 0) return 0;
        if (_processor.IsBitExact) await _queue.WaitForAsync(_batch.Length, _options.Linger, heedNudges: false);
        else if (!await IsBatchFullAsync()) return 0;
        int count = 0;
        while (count < _batch.Length && _queue.TryTake(out RecordQueue.Queued queued))
            (_batch[count], _arrived[count++]) = (queued.Record, queued.Arrived);
        return count;
    }

    // On a device the last bits depend on where batches are cut: never by time.
    private async ValueTask<bool> IsBatchFullAsync()
    {
        await _queue.WaitForAsync(_fullBatch, Patience());
        return _queue.Count >= _fullBatch;
    }

    /// <summary>Time until there is something to do besides records; the end of a commit that is on its way nudges.</summary>
    private TimeSpan Patience()
    {
        TimeSpan patience = LongestWait;
        if (_commit.IsCompleted && HasNews) patience = _commitInterval - _time.GetElapsedTime(_lastCommit);
        if (_checkpoints is { } checkpoints && !_processor.IsHolding && checkpoints.UntilDue(_processor.NextOffset) is { } untilDue && untilDue < patience) patience = untilDue;
        return patience;
    }

    private void Learn(int count)
    {
        Activity? activity = BatchActivity.Start(Source, _batch.AsSpan(0, count));
        int before = _outputs.Count;
        long began = _time.GetTimestamp();
        _processor.Process(_batch.AsSpan(0, count), _outputs);
        Observe(() => Tell(before));
        Array.Clear(_batch, 0, count);
        long now = _time.GetTimestamp();
        BatchTimes.Add(_time.GetElapsedTime(began, now));
        _detailsOld = true;
        for (int i = 0; i < count; i++) Latency.Add(_time.GetElapsedTime(_arrived[i], now));
        BatchActivity.Stop(activity);
    }

    private void Tell(int before)
    {
        for (int i = before; i < _outputs.Count; i++)
            if (_outputs.KindOf(i) == OutputKind.Audit) LogAudit(_log, Source, _processor.NextOffset, Encoding.UTF8.GetString(_outputs.ValueOf(i)));
        History.Add(_outputs, before, Figures);
    }

    /// <summary>Does what only tells of the work: a fault there leaves a gap in what is shown, and never ends the lane.</summary>
    private void Observe(Action observation)
    {
        try
        {
            observation();
        }
        catch (Exception e) // whatever it is
        {
            if (!_hasFailedToTell) LogGap(_log, Source, _processor.NextOffset, e);
            _hasFailedToTell = true;
        }
    }

    /// <summary>Looks at the pool: at most four times a second while batches come, and when they have ended, behind their commit.</summary>
    private void UpdateDetails()
    {
        Observe(_processor.UpdateDetails);
        (_detailsAt, _detailsOld) = (_time.GetTimestamp(), false);
    }

    /// <summary>A commit is due after its interval; while the one before is still on its way it waits until much has come together.</summary>
    private bool IsCommitDue()
    {
        if (!HasNews || _time.GetElapsedTime(_lastCommit) < _commitInterval) return false;
        return _commit.IsCompleted || _outputs.ByteCount >= MostUncommittedBytes;
    }

    private async Task BeginCommitAsync()
    {
        await _commit;
        (_sending, _outputs) = (_outputs, _sending);
        _outputs.Clear();
        _lastCommit = _time.GetTimestamp();
        _commit = CommitAsync(_sending, _processor.CommitOffset);
        _ = _commit.ContinueWith(_ => _queue.Nudge(), TaskScheduler.Default);
    }

    private async Task CommitAsync(OutputBatch outputs, long nextOffset)
    {
        await _output.CommitAsync(outputs, nextOffset, _givenUp.Token);
        Volatile.Write(ref _committed, nextOffset);
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
        // While the schema is inferred records are held that are not committed: the checkpoint before them stays the newest.
        // While records below the committed offset are learned again, the state is behind the commit, which a checkpoint may be.
        if (!_processor.IsHolding) _checkpoints?.Write(_processor, _committed, _log);
    }

    [LoggerMessage(131, LogLevel.Error, "{Partition}@{Next}: what happened here could not be shown, so log or live page have a gap; the partition goes on. Further failures of this kind are not logged.")]
    private static partial void LogGap(ILogger log, PartitionId partition, long next, Exception fault);

    [LoggerMessage(130, LogLevel.Information, "{Partition}@{Next}: {Audit}")]
    private static partial void LogAudit(ILogger log, PartitionId partition, long next, string audit);
}
