using System.Collections.Concurrent;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The sources of a learner: their queues, and the order in which records are taken from them.</summary>
internal sealed partial class LearnerTask
{
    private const int BetweenLooks = 32;

    private readonly ConcurrentQueue<(SourceQueue Queue, long Offset)> _found = new();
    private SourceQueue[] _queues = [];
    private (SourceFigures Figures, SourceQueue Queue)[] _partitions = [];
    private readonly List<(SourceQueue Queue, long Offset)> _newcomers = [];

    /// <summary>Figures and queue of each source, in ascending order. Any thread.</summary>
    public IReadOnlyList<(SourceFigures Figures, SourceQueue Queue)> Partitions => Volatile.Read(ref _partitions);

    /// <summary>A source that the state does not have: it joins when the task comes to it. Records may be offered at once. Any thread.</summary>
    /// <param name="source">The source.</param>
    /// <param name="offset">The offset that it is read from.</param>
    public SourceQueue Found(SourcePosition source, long offset)
    {
        SourceQueue queue = new(source.Partition, source.Order, _options.Queue, _signal, _time);
        _found.Enqueue((queue, offset));
        _signal.Nudge();
        return queue;
    }

    /// <summary>True for the queue of a source of this task. Any thread.</summary>
    public bool Owns(SourceQueue queue) => queue.Signal == _signal;

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private int Insert(SourceQueue queue)
    {
        SourceQueue[] before = _queues;
        int at = before.Count(q => q.Source.CompareTo(queue.Source) < 0);
        Volatile.Write(ref _queues, [.. before[..at], queue, .. before[at..]]);
        Volatile.Write(ref _partitions, [.. _queues.Select(q => (_processor.Find(q.Source)!.Figures, q))]);
        return at;
    }

    private void LookForNewcomers()
    {
        while (_found.TryDequeue(out (SourceQueue Queue, long Offset) found)) _newcomers.Add(found);
    }

    /// <summary>Begins to merge, after re-learning.</summary>
    private void BeginMerge()
    {
        long now = _time.GetTimestamp();
        for (int i = 0; i < _queues.Length; i++) _merge.Insert(i, now);
        if (_recovery.Log is not null && _state.Last.IsBeginning) TellBeginnings();
        TakeNewSources();
    }

    /// <summary>The first order record of a lineage tells where each source begins.</summary>
    private void TellBeginnings()
    {
        foreach (SourceState source in _processor.Sources)
        {
            _order.Add(OrderEntry.Joined(source.Order, source.Next));
            source.Touched = true;
        }
    }

    /// <summary>Lets the sources that were found join; that is part of the order.</summary>
    private void TakeNewSources()
    {
        LookForNewcomers();
        if (_newcomers.Count == 0) return;
        foreach ((SourceQueue queue, long offset) in _newcomers.OrderBy(n => n.Queue.Source))
        {
            _processor.Join(queue.Partition, queue.Source.Kind, offset).Touched = true;
            _order.Add(OrderEntry.Joined(queue.Source, offset));
            _merge.Insert(Insert(queue), _time.GetTimestamp());
        }
        _newcomers.Clear();
    }

    /// <summary>Fills the batch with what the merge lets through.</summary>
    private void Merge()
    {
        long now = _time.GetTimestamp();
        OfferHeads(now);
        for (_mergeUntil = long.MaxValue; _filled < _batch.Length; _filled++)
        {
            int chosen = _merge.Choose(now, out _mergeUntil);
            if (chosen < 0) return;
            SourceQueue queue = _queues[chosen];
            if (_processor.Silent && !MayBeSilent(queue)) return;
            if (!queue.TryTake(out SourceQueue.Queued queued)) return; // closed
            (_batch[_filled], _arrived[_filled], _sources[_filled]) = (queued.Record, queued.Arrived, queue.Source);
            _merge.Taken(chosen, now);
            Offer(chosen, now);
            if (_filled % BetweenLooks != BetweenLooks - 1) continue;
            now = _time.GetTimestamp();
            OfferHeads(now);
        }
    }

    /// <summary>Without an order log: what lies below the committed offset is learned silently, and a batch ends there.</summary>
    private bool MayBeSilent(SourceQueue queue)
    {
        if (queue.Source.Kind == SourceKind.Labels || !queue.TryPeek(out SourceQueue.Queued next) || next.Record.Offset < _recovery.SilentBelow) return true;
        if (_filled > 0) return false;
        _processor.Silent = false;
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

    private void ResumeWhereRoom()
    {
        foreach (SourceQueue queue in _queues)
        {
            if (!queue.IsPaused || !(queue.HasRoom || (!_processor.IsBitExact && _signal.Count + _filled < _fullBatch))) continue;
            queue.Resume();
            _roomAgain(queue.Partition);
        }
    }
}
