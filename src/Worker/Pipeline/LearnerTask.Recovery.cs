using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Learning again, by the order log, what lies between the checkpoint and the log's end.</summary>
internal sealed partial class LearnerTask
{
    private readonly OutputBatch _again = new();
    private readonly SourceRecord[] _batch;
    private int _filled;

    /// <returns>False when the task is to end: the state is then in the middle of a record, and nothing may be written.</returns>
    private bool Recover(IOrderLog log)
    {
        OrderChain chain = _state.ToChain(log.MayPassOver);
        long records = 0, before = _records;
        foreach (LoggedOrder logged in log.Read(_state.Next, _recovery.Range.End, _givenUp.Token))
        {
            if (_wake.IsClosed) return false;
            if (!chain.Follows(logged.Record, logged.Place)) continue;
            _processor.Silent = logged.Offset < _recovery.Range.Acknowledged;
            foreach (OrderEntry entry in logged.Record.Entries)
            {
                if (!Follow(entry, logged.Place)) return false;
            }
            LearnAgain();
            foreach (SourceState source in _processor.Sources) source.Touched = false;
            CheckEnds(logged);
            _state = OrderState.After(logged.Record.Position, logged.Offset + 1);
            records++;
            if (!_processor.Silent)
            {
                _output.AcknowledgeAsync(_again, _state.Next, _givenUp.Token).GetAwaiter().GetResult();
                _again.Clear();
            }
            _committed = _state;
            Interlocked.Exchange(ref _committedSequence, _state.Last.Sequence);
            foreach (NextOffset next in logged.Record.Next) Volatile.Write(ref _processor.Find(next.Source)!.Figures.Committed, next.Offset);
            if (!_processor.IsHolding && _checkpoints?.IsDue(_records) == true) WriteCheckpoint();
        }
        _processor.Silent = false;
        foreach (SourceState source in _processor.Sources) Volatile.Write(ref source.Figures.Committed, source.Next);
        _state = _state with { Next = Math.Max(_state.Next, _recovery.Range.End) };
        _committed = _committed with { Next = _state.Next };
        LogRecovered(_log, Id, _state.Last, records, _records - before);
        return true;
    }

    private bool Follow(OrderEntry entry, string place)
    {
        switch (entry.Kind)
        {
            case OrderEntryKind.Run:
                SourceQueue queue = _input.Queues.FirstOrDefault(q => q.Source == entry.Source)
                    ?? throw new OrderException($"The order record {place} has {entry.Value} records of {entry.Source}, which is no source of {Id}: it never joined.");
                for (long left = entry.Value; left > 0; left--)
                {
                    if (_filled == _batch.Length) LearnAgain();
                    if (Take(queue, left, place) is not { } queued) return false;
                    _batch[_filled++] = queued.Record;
                }
                return true;
            case OrderEntryKind.Joined:
                LearnAgain();
                JoinAgain(entry, place);
                return true;
            default:
                LearnAgain();
                _processor.Apply(entry, _again);
                return true;
        }
    }

    /// <summary>The next record of a source, which is waited for.</summary>
    /// <returns>Null when the task is to end.</returns>
    private SourceQueue.Queued? Take(SourceQueue queue, long left, string place)
    {
        SourceQueue.Queued queued;
        long? atEndSince = null;
        while (!queue.TryTake(out queued) || queued.Record.Offset < _processor.Find(queue.Source)!.Next)
        {
            if (_wake.IsClosed) return null;
            if (queue.Count > 0) continue; // of before it joined
            TimeSpan wait = LongestWait;
            if (queue.IsAtEnd)
            {
                wait = LongestDoubt - _time.GetElapsedTime(atEndSince ??= _time.GetTimestamp());
                if (wait <= TimeSpan.Zero)
                    throw new OrderException($"The order record {place} has {left} more records of {queue.Partition}, but this partition ends at offset {queue.End}: records that were processed are gone. "
                        + "Put them back, or set checkpoints:allowFreshModel=true to begin a new lineage.");
            }
            LearnAgain();
            _input.ResumeWhereRoom();
            if (queue.Count == 0) _input.Signal.WaitFor(_input.Signal.Count + 1, wait);
        }
        return queued;
    }

    private void JoinAgain(in OrderEntry entry, string place)
    {
        OrderSource source = entry.Source;
        if (_processor.Find(source) is not null)
        {
            _processor.Join(_input.Queues.First(q => q.Source == source).Partition, source.Kind, entry.Value);
            return;
        }
        _input.LookForNewcomers();
        int found = _input.Newcomers.FindIndex(n => n.Queue.Source == source);
        if (found < 0) throw new OrderException($"The order record {place} lets {source} join {Id}, but there is no such partition now.");
        (SourceQueue queue, long offset) = _input.Newcomers[found];
        if (offset > entry.Value)
            throw new OrderException($"The order record {place} lets {queue.Partition} join at offset {entry.Value}, but the partition begins at {offset} by now: the records between are gone. "
                + "Set checkpoints:allowFreshModel=true to begin a new lineage.");
        _input.Newcomers.RemoveAt(found);
        _processor.Join(queue.Partition, source.Kind, entry.Value);
        _input.Insert(queue);
        TellPartitions();
    }

    private void LearnAgain()
    {
        if (_filled == 0) return;
        _processor.Process(_batch.AsSpan(0, _filled), _again);
        _records += _filled;
        Array.Clear(_batch, 0, _filled);
        _filled = 0;
        Volatile.Write(ref _movedAt, _time.GetTimestamp());
        _input.ResumeWhereRoom();
        if (_time.GetElapsedTime(_detailsAt) >= BetweenDetails) UpdateDetails();
    }

    private void CheckEnds(in LoggedOrder logged)
    {
        foreach (NextOffset next in logged.Record.Next)
        {
            long found = _processor.Find(next.Source)?.Next ?? -1;
            if (found != next.Offset)
                throw new OrderException($"Learning again by the order record {logged.Place}, {_processor.Find(next.Source)?.Partition.ToString() ?? next.Source.ToString()} ends at offset {found}; when it was written it ended at {next.Offset}. "
                    + "Records that were processed are gone, or others have come in between: put them back, or set checkpoints:allowFreshModel=true to begin a new lineage.");
        }
    }

    [LoggerMessage(113, LogLevel.Information, "{Learner}: learned again up to {Position}: {OrderRecords} order records, {Records} records.")]
    private static partial void LogRecovered(ILogger log, LearnerId learner, OrderPosition position, long orderRecords, long records);
}
