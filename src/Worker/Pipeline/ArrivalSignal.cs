namespace StreamMoe.Worker.Pipeline;

/// <summary>Wakes a learner when records come, when there is something else to look at, or when it is to end. The threads that read tell; one thread waits.</summary>
internal sealed class ArrivalSignal(TimeProvider time)
{
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _wanted = int.MaxValue, _waiting;
    private bool _closed, _nudged;

    /// <summary>Records that wait in all queues of the learner.</summary>
    public int Count => Volatile.Read(ref _waiting);

    /// <summary>True once nothing will be taken any more.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>A record has come. Any thread.</summary>
    public void Arrived()
    {
        if (Interlocked.Increment(ref _waiting) >= Volatile.Read(ref _wanted)) Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>A record was taken; the one that waits.</summary>
    public void Taken() => Interlocked.Decrement(ref _waiting);

    /// <summary>Ends all waiting. Any thread.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>Makes the waiting thread look again at what it waits for besides records. Never lost: when it does not wait now, its next wait is over at once. Any thread.</summary>
    public void Nudge()
    {
        Interlocked.Exchange(ref _nudged, true);
        Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>Waits until so many records wait, the time is over, somebody nudges, or everything ends.</summary>
    /// <param name="records">How many, in all queues.</param>
    /// <param name="longest">The time; infinite, or zero or less: does not wait.</param>
    /// <param name="heedNudges">False when earlier nudges are to stay for a later wait.</param>
    public void WaitFor(int records, TimeSpan longest, bool heedNudges = true)
    {
        if (Count >= records || IsClosed || (longest <= TimeSpan.Zero && longest != Timeout.InfiniteTimeSpan)) return;
        TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _wake, wake);
        Interlocked.Exchange(ref _wanted, records);
        if (Count < records && !IsClosed && !(heedNudges && Volatile.Read(ref _nudged)))
            wake.Task.WaitAsync(longest, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        Volatile.Write(ref _wanted, int.MaxValue);
        if (heedNudges) Volatile.Write(ref _nudged, false);
    }
}
