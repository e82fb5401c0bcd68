using System.Threading.Channels;

namespace StreamMoe.StreamHost.Pipeline;

/// <summary>The records that wait for their partition's learner: a bounded channel that the poll thread fills without ever blocking.</summary>
/// <remarks>
/// When the channel is full, the few records that are still on their way go to a side queue of the poll thread, which asks for a pause at the
/// first of them; so the bound is the channel's length plus what the source had in hand. One thread offers, one task takes.
/// </remarks>
internal sealed class RecordQueue
{
    private readonly Channel<Queued> _channel;
    private readonly Queue<Queued> _aside = [];
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _wanted = int.MaxValue;
    private int _waiting;
    private bool _closed;

    /// <summary>A record and when it came.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Arrived">Timestamp of the time provider.</param>
    public readonly record struct Queued(SourceRecord Record, long Arrived);

    public RecordQueue(int capacity, TimeProvider time)
    {
        (_capacity, _time) = (capacity, time);
        _channel = Channel.CreateBounded<Queued>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>Records that can be taken.</summary>
    public int Count => Volatile.Read(ref _waiting);

    /// <summary>True while more waits than half of what fits.</summary>
    public bool IsHalfFull => Count > _capacity / 2;

    /// <summary>True once nothing will be taken any more.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Adds a record; poll thread.</summary>
    /// <returns>False when the channel is full: the source should pause the partition.</returns>
    public bool Offer(in SourceRecord record)
    {
        Queued queued = new(record, _time.GetTimestamp());
        if (!Refill() || !TryWrite(queued)) _aside.Enqueue(queued);
        return _aside.Count == 0;
    }

    /// <summary>Moves what had to be put aside into the channel; poll thread.</summary>
    /// <returns>True when nothing is left aside.</returns>
    public bool Refill()
    {
        while (_aside.TryPeek(out Queued first))
        {
            if (!TryWrite(first)) return false;
            _aside.Dequeue();
        }
        return true;
    }

    /// <summary>Wakes the reader; whatever waits is dropped. Any thread.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>Waits until so many records wait, the queue is closed, or the time is over; reader.</summary>
    public async ValueTask WaitForAsync(int records, TimeSpan longest)
    {
        if (Count >= records || IsClosed || longest <= TimeSpan.Zero) return;
        TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _wake, wake);
        Interlocked.Exchange(ref _wanted, records);
        if (Count < records && !IsClosed)
            await wake.Task.WaitAsync(longest, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _wanted, int.MaxValue);
    }

    /// <summary>Takes a record; reader.</summary>
    public bool TryTake(out Queued queued)
    {
        if (IsClosed || !_channel.Reader.TryRead(out queued))
        {
            queued = default;
            return false;
        }
        Interlocked.Decrement(ref _waiting);
        return true;
    }

    private bool TryWrite(in Queued queued)
    {
        if (!_channel.Writer.TryWrite(queued)) return false;
        if (Interlocked.Increment(ref _waiting) >= Volatile.Read(ref _wanted)) Volatile.Read(ref _wake).TrySetResult();
        return true;
    }
}
