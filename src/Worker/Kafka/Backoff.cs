namespace StreamMoe.Worker.Kafka;

/// <summary>Growing pauses between tries: 50 ms, doubled each time, at most 2 s.</summary>
/// <param name="pause">Waits for a time or until the token is cancelled; for tests.</param>
internal sealed class Backoff(Action<TimeSpan, CancellationToken>? pause = null)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(50), s_longest = TimeSpan.FromSeconds(2);

    private readonly Action<TimeSpan, CancellationToken> _pause = pause ?? ((time, token) => token.WaitHandle.WaitOne(time));
    private TimeSpan _next = s_first;

    /// <summary>Waits before the next try.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Wait(CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        _pause(_next, token);
        token.ThrowIfCancellationRequested();
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, s_longest.Ticks));
    }

    /// <summary>Starts over with the shortest pause, after a success.</summary>
    public void Reset() => _next = s_first;
}
