using System.Threading.Channels;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The records that wait for their partition's learner. The threads that read add and are never blocked; one task takes.</summary>
/// <remarks>The bound is kept by pausing: the offer that fills the queue says so, and a paused partition delivers nothing more.</remarks>
internal sealed class RecordQueue
{
    private readonly Channel<Queued> _channel = Channel.CreateUnbounded<Queued>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _wanted = int.MaxValue;
    private int _waiting;
    private long _bytes;
    private bool _closed, _nudged;

    /// <summary>A record and when it came.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Arrived">Timestamp of the time provider.</param>
    public readonly record struct Queued(SourceRecord Record, long Arrived);

    /// <param name="capacity">Records that may wait, ≥ 1.</param>
    /// <param name="time">Stamps arrivals, and ends waiting.</param>
    public RecordQueue(int capacity, TimeProvider time) => (_capacity, _time) = (capacity, time);

    /// <summary>Records that wait.</summary>
    public int Count => Volatile.Read(ref _waiting);

    /// <summary>Bytes of the keys and values that wait.</summary>
    public long ByteCount => Interlocked.Read(ref _bytes);

    /// <summary>True while more waits than half of what may.</summary>
    public bool IsHalfFull => Count > _capacity / 2;

    /// <summary>True while as much waits as may.</summary>
    public bool IsFull => Count >= _capacity;

    /// <summary>True once nothing will be taken any more.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Adds a record.</summary>
    /// <returns>False when no more should come: the source is to pause the partition.</returns>
    public bool Offer(in SourceRecord record)
    {
        Interlocked.Add(ref _bytes, BytesOf(record));
        _channel.Writer.TryWrite(new Queued(record, _time.GetTimestamp()));
        int count = Interlocked.Increment(ref _waiting);
        if (count >= Volatile.Read(ref _wanted)) Volatile.Read(ref _wake).TrySetResult();
        return count < _capacity;
    }

    /// <summary>Wakes the reader; whatever waits is dropped. Any thread.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>Makes the reader look again at what it waits for besides records. Never lost: when it does not wait now, its next wait is over at once. Any thread.</summary>
    public void Nudge()
    {
        Interlocked.Exchange(ref _nudged, true);
        Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>Waits until so many records wait, the queue is closed, the time is over, or somebody nudges; reader.</summary>
    /// <param name="records">How many.</param>
    /// <param name="longest">The time; zero or less: does not wait.</param>
    /// <param name="heedNudges">False when earlier nudges are to stay for a later wait.</param>
    public async ValueTask WaitForAsync(int records, TimeSpan longest, bool heedNudges = true)
    {
        records = Math.Min(records, _capacity);
        if (Count >= records || IsClosed || longest <= TimeSpan.Zero) return;
        TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _wake, wake);
        Interlocked.Exchange(ref _wanted, records);
        if (Count < records && !IsClosed && !(heedNudges && Volatile.Read(ref _nudged)))
            await wake.Task.WaitAsync(longest, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _wanted, int.MaxValue);
        if (heedNudges) Volatile.Write(ref _nudged, false);
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
        Interlocked.Add(ref _bytes, -BytesOf(queued.Record));
        return true;
    }

    private static long BytesOf(in SourceRecord record) => (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
}
