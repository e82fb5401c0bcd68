using StreamMoe.StreamHost.Pipeline;

namespace StreamMoe.StreamHost.Live;

/// <summary>Takes a sample of every partition twice a second, on a thread of the pool.</summary>
internal sealed class LiveSampler : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(500);

    private readonly Worker _worker;
    private readonly ITimer _timer;
    private int _busy;

    /// <param name="worker">Its partitions are sampled.</param>
    /// <param name="time">The clock.</param>
    public LiveSampler(Worker worker, TimeProvider time)
    {
        _worker = worker;
        _timer = time.CreateTimer(_ => Sample(), null, s_period, s_period);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0) return;
        foreach (PartitionLane lane in _worker.Lanes) lane.History.Sample(lane.Figures, _worker.LagOf(lane) ?? lane.Queued);
        Volatile.Write(ref _busy, 0);
    }
}
