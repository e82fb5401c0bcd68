using System.Threading.Channels;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The records of one source that wait for their learner. The thread that reads adds and is never blocked; one task takes.</summary>
/// <remarks>The bound is kept by pausing: the offer that fills the queue says so, and a paused partition delivers nothing more. The other
/// sources of the learner go on.</remarks>
internal sealed class SourceQueue
{
    private readonly Channel<Queued> _channel = Channel.CreateUnbounded<Queued>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly ArrivalSignal _signal;
    private int _waiting;
    private long _bytes, _end = -1;
    private volatile bool _paused, _atEnd;

    /// <summary>A record and when it came.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Arrived">Timestamp of the time provider.</param>
    public readonly record struct Queued(SourceRecord Record, long Arrived);

    /// <param name="partition">Topic and partition; the object that its records have.</param>
    /// <param name="source">As order records name it.</param>
    /// <param name="capacity">Records that may wait, ≥ 1.</param>
    /// <param name="signal">Told of each record.</param>
    /// <param name="time">Stamps arrivals.</param>
    public SourceQueue(PartitionId partition, OrderSource source, int capacity, ArrivalSignal signal, TimeProvider time)
        => (Partition, Source, _capacity, _signal, _time) = (partition, source, capacity, signal, time);

    /// <value>Topic and partition.</value>
    public PartitionId Partition { get; }

    /// <value>As order records name it.</value>
    public OrderSource Source { get; }

    /// <value>Told of each record; one object a learner.</value>
    public ArrivalSignal Signal => _signal;

    /// <value>Records that wait.</value>
    public int Count => Volatile.Read(ref _waiting);

    /// <value>Bytes of the records that wait.</value>
    public long ByteCount => Interlocked.Read(ref _bytes);

    /// <value>The offset after everything in the partition, as it was when its end was last reached; −1 before.</value>
    public long End => Interlocked.Read(ref _end);

    /// <value>True when the end was reached and nothing has come since.</value>
    public bool IsAtEnd => _atEnd && Count == 0;

    /// <value>True while the partition is held back.</value>
    public bool IsPaused => _paused;

    /// <value>True while less waits than half of what may: a paused partition may go on.</value>
    public bool HasRoom => Count <= _capacity / 2;

    /// <summary>Adds a record; the thread that reads the source.</summary>
    /// <returns>False when no more should come: the partition is to be paused, then <see cref="Pause"/> is to be called.</returns>
    public bool Offer(in SourceRecord record)
    {
        _atEnd = false;
        Interlocked.Add(ref _bytes, record.ByteCount);
        _channel.Writer.TryWrite(new Queued(record, _time.GetTimestamp()));
        int count = Interlocked.Increment(ref _waiting);
        _signal.Arrived();
        return count < _capacity;
    }

    /// <summary>The end of the partition was reached; the thread that reads the source.</summary>
    /// <param name="offset">The offset after everything in it.</param>
    public void EndReached(long offset)
    {
        Interlocked.Exchange(ref _end, offset);
        _atEnd = true;
        _signal.Nudge();
    }

    /// <summary>The partition is held back now, and is to be told when it need not be any more.</summary>
    /// <remarks>Not before it is held back: else it might be told to go on first, and be held back for good.</remarks>
    public void Pause()
    {
        _paused = true;
        _signal.Nudge();
    }

    /// <summary>The partition goes on; the learner's task.</summary>
    public void Resume() => _paused = false;

    /// <summary>Looks at the next record; the learner's task.</summary>
    public bool TryPeek(out Queued queued)
    {
        if (!_signal.IsClosed) return _channel.Reader.TryPeek(out queued);
        queued = default;
        return false;
    }

    /// <summary>Takes the next record; the learner's task.</summary>
    public bool TryTake(out Queued queued)
    {
        if (_signal.IsClosed || !_channel.Reader.TryRead(out queued))
        {
            queued = default;
            return false;
        }
        Interlocked.Decrement(ref _waiting);
        Interlocked.Add(ref _bytes, -queued.Record.ByteCount);
        _signal.Taken();
        return true;
    }
}
