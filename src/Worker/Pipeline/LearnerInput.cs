using System.Collections.Concurrent;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The sources of a learner: their queues, the order in which records are taken from them, and reading them, on a thread of its own.</summary>
/// <remarks>
/// A batch ends when it is full or when <see cref="PipelineOptions.Linger"/> is over; only when it is full, where nets are on a device. While the
/// learner learns one batch the next is ready and a third is filled. What is taken from the queues but not yet learned is in no order record, so
/// it comes again when the learner ends. Before <see cref="Start"/> the queues are the learner's, which learns again from them.
/// </remarks>
internal sealed class LearnerInput
{
    private const int Batches = 3, BetweenLooks = 32;

    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<PartitionId> _roomAgain;
    private readonly ArrivalSignal _ready;
    private readonly bool _isBitExact;
    private readonly int _fullBatch;
    private readonly OrderMerge _merge;
    private readonly ConcurrentQueue<(SourceQueue Queue, long Offset)> _found = new();
    private readonly ConcurrentQueue<TakenBatch> _filled = new();
    private readonly ConcurrentQueue<TakenBatch> _free = new();
    private readonly ArrivalSignal _freed;
    private SourceQueue[] _queues = [];
    private long _silentBelow, _mergeUntil = long.MaxValue;
    private int _taken;

    /// <param name="options">Batches, queues and the merge.</param>
    /// <param name="isBitExact">True when a batch may be cut by time.</param>
    /// <param name="time">The clock of lingering and merging.</param>
    /// <param name="ready">Told of each batch that is ready.</param>
    /// <param name="roomAgain">Called when a paused partition has room again.</param>
    public LearnerInput(PipelineOptions options, bool isBitExact, TimeProvider time, ArrivalSignal ready, Action<PartitionId> roomAgain)
    {
        (_options, _isBitExact, _time, _ready, _roomAgain) = (options, isBitExact, time, ready, roomAgain);
        _fullBatch = Math.Min(options.Capacity, options.Queue);
        _merge = new OrderMerge(TicksOf(options.MergeWait), TicksOf(options.MergeMaxWait));
        (Signal, _freed) = (new ArrivalSignal(time), new ArrivalSignal(time));
    }

    /// <value>Told of each record.</value>
    public ArrivalSignal Signal { get; }

    /// <value>The queues, in ascending order. Any thread.</value>
    public IReadOnlyList<SourceQueue> Queues => Volatile.Read(ref _queues);

    /// <value>Records that were taken from the queues and are not learned yet. Any thread.</value>
    public int Taken => Volatile.Read(ref _taken);

    /// <value>Sources that were found and have not joined yet; before <see cref="Start"/> the learner's.</value>
    public List<(SourceQueue Queue, long Offset)> Newcomers { get; } = [];

    /// <value>Ends after <see cref="Close"/>; faulted when it could not go on.</value>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>A source that the state does not have: it joins when its turn comes. Records may be offered at once. Any thread.</summary>
    /// <param name="source">The source.</param>
    /// <param name="offset">The offset that it is read from.</param>
    public SourceQueue Found(SourcePosition source, long offset)
    {
        SourceQueue queue = QueueOf(source.Partition, source.Order);
        _found.Enqueue((queue, offset));
        Signal.Nudge();
        return queue;
    }

    /// <summary>A queue for a source, which is not merged yet.</summary>
    public SourceQueue QueueOf(PartitionId partition, OrderSource source) => new(partition, source, _options.Queue, Signal, _time);

    /// <summary>Makes a queue one of the learner's.</summary>
    /// <returns>Its place among them.</returns>
    public int Insert(SourceQueue queue)
    {
        SourceQueue[] before = _queues;
        int at = before.Count(q => q.Source.CompareTo(queue.Source) < 0);
        Volatile.Write(ref _queues, [.. before[..at], queue, .. before[at..]]);
        return at;
    }

    /// <summary>Looks for sources that were found meanwhile.</summary>
    public void LookForNewcomers()
    {
        while (_found.TryDequeue(out (SourceQueue Queue, long Offset) found)) Newcomers.Add(found);
    }

    /// <summary>Lets partitions go on that were held back and have room again.</summary>
    public void ResumeWhereRoom(int filled = 0)
    {
        foreach (SourceQueue queue in _queues)
        {
            if (!queue.IsPaused || !(queue.HasRoom || (!_isBitExact && Signal.Count + filled < _fullBatch))) continue;
            queue.Resume();
            _roomAgain(queue.Partition);
        }
    }

    /// <summary>Begins to merge and to read, after re-learning.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="silentBelow">Without an order log: the offset of the event partition below which records were put out before; else 0.</param>
    /// <param name="ahead">Reads records before their turn; null as long as the learner has no schema.</param>
    public void Start(string name, long silentBelow, Func<AheadDecoder?> ahead)
    {
        _silentBelow = silentBelow;
        BeginMerge();
        for (int i = 0; i < Batches; i++) Free(new TakenBatch(_options.Capacity));
        Completion = NamedThread.Run(name, () =>
        {
            try
            {
                Run(ahead);
            }
            finally
            {
                _ready.Nudge();
            }
        });
    }

    /// <summary>All queues are merged from here on.</summary>
    internal void BeginMerge()
    {
        long now = _time.GetTimestamp();
        for (int i = 0; i < _queues.Length; i++) _merge.Insert(i, now);
    }

    /// <summary>The next batch, when one is ready; the learner's thread.</summary>
    public TakenBatch? Next()
    {
        if (!_filled.TryDequeue(out TakenBatch? batch)) return null;
        _ready.Taken();
        return batch;
    }

    /// <summary>The learner is done with a batch.</summary>
    public void Return(TakenBatch batch)
    {
        Interlocked.Add(ref _taken, -batch.Count);
        batch.Clear();
        Free(batch);
    }

    /// <summary>Takes nothing more. Any thread.</summary>
    public void Close()
    {
        Signal.Close();
        _freed.Close();
    }

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private void Free(TakenBatch batch)
    {
        _free.Enqueue(batch);
        _freed.Arrived();
    }

    private void Run(Func<AheadDecoder?> ahead)
    {
        while (!Signal.IsClosed)
        {
            _freed.WaitFor(1, Timeout.InfiniteTimeSpan);
            if (!_free.TryDequeue(out TakenBatch? batch)) continue; // closed
            _freed.Taken();
            while (!IsToGo(batch))
            {
                if (Signal.IsClosed) return;
                TakeNewcomers(batch);
                if (IsToGo(batch)) break;
                Fill(batch);
                ResumeWhereRoom(batch.Count);
            }
            if (ahead() is { } decoder) decoder.Decode(batch.Records, batch.Decoded);
            _filled.Enqueue(batch);
            _ready.Arrived();
        }
    }

    private bool IsToGo(TakenBatch batch) => batch.Count == 0 ? batch.Joined.Count > 0 : _isBitExact || batch.Count >= _fullBatch;

    /// <summary>Lets the sources that were found join: with the next batch that goes to the learner, before its records.</summary>
    private void TakeNewcomers(TakenBatch batch)
    {
        LookForNewcomers();
        if (Newcomers.Count == 0) return;
        foreach ((SourceQueue queue, long offset) in Newcomers.OrderBy(n => n.Queue.Source))
        {
            batch.Joined.Add((queue, offset));
            _merge.Insert(Insert(queue), _time.GetTimestamp());
        }
        Newcomers.Clear();
    }

    private void Fill(TakenBatch batch)
    {
        bool awaited = _mergeUntil != long.MaxValue;
        if (awaited) Signal.WaitFor(Signal.Count + 1, UntilMerge());
        else Signal.WaitFor(1, Timeout.InfiniteTimeSpan);
        if (Signal.Count == 0) return;
        if (!_isBitExact)
        {
            // On a device the last bits depend on where batches are cut: never by time.
            Signal.WaitFor(_fullBatch - batch.Count, UntilMerge());
            if (batch.Count + Signal.Count < _fullBatch) return;
        }
        else if (!awaited)
        {
            Signal.WaitFor(_fullBatch, _options.Linger, heedNudges: false);
        }
        Merge(batch);
    }

    private TimeSpan UntilMerge()
    {
        if (_mergeUntil == long.MaxValue) return Timeout.InfiniteTimeSpan;
        long left = _mergeUntil - _time.GetTimestamp();
        return left <= 0 ? TimeSpan.Zero : _time.GetElapsedTime(0, left);
    }

    /// <summary>Fills the batch with what the merge lets through.</summary>
    internal void Merge(TakenBatch batch)
    {
        int before = batch.Count;
        MergeInto(batch);
        Interlocked.Add(ref _taken, batch.Count - before);
    }

    private void MergeInto(TakenBatch batch)
    {
        long now = _time.GetTimestamp();
        OfferHeads(now);
        for (_mergeUntil = long.MaxValue; !batch.IsFull;)
        {
            int chosen = _merge.Choose(now, out _mergeUntil);
            if (chosen < 0) return;
            SourceQueue queue = _queues[chosen];
            if (_silentBelow > 0 && !MayBeSilent(queue, batch)) return;
            if (!queue.TryTake(out SourceQueue.Queued queued)) return; // closed
            batch.Add(queued, queue.Source);
            _merge.Taken(chosen, now);
            Offer(chosen, now);
            if (batch.Count % BetweenLooks != 0) continue;
            now = _time.GetTimestamp();
            OfferHeads(now);
        }
    }

    /// <summary>Without an order log: what lies below the committed offset is learned silently, and a batch ends there.</summary>
    private bool MayBeSilent(SourceQueue queue, TakenBatch batch)
    {
        batch.IsSilent = true;
        if (queue.Source.Kind == SourceKind.Labels || !queue.TryPeek(out SourceQueue.Queued next) || next.Record.Offset < _silentBelow) return true;
        if (batch.Count > 0) return false;
        batch.IsSilent = false;
        _silentBelow = 0;
        return true;
    }

    private void OfferHeads(long now)
    {
        for (int i = 0; i < _queues.Length; i++)
            if (!_merge.HasHead(i)) Offer(i, now);
    }

    private void Offer(int source, long now)
    {
        if (_queues[source].TryPeek(out SourceQueue.Queued next)) _merge.Offer(source, next.Record.Timestamp, now);
        else if (_queues[source].IsAtEnd) _merge.EndReached(source);
    }
}
