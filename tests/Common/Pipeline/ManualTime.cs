using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace StreamMoe.Tests.Common.Pipeline;

/// <summary>A clock that stands still until told to go on, and tells which timers wait; those that are due then fire on the calling thread.</summary>
internal sealed class ManualTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly ConcurrentDictionary<ITimer, DateTimeOffset> _due = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        WatchedTimer timer = new(this, base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>True when a timer fires for the first time after exactly this time.</summary>
    public bool HasTimerIn(TimeSpan time) => _due.Values.Contains(GetUtcNow() + time);

    private sealed class WatchedTimer(ManualTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DateTimeOffset due = time.GetUtcNow() + dueTime;
            bool changed = timer.Change(dueTime, period); // first: who sees that it waits may let the time pass at once
            if (dueTime == Timeout.InfiniteTimeSpan) time._due.TryRemove(this, out _);
            else time._due[this] = due;
            return changed;
        }

        public void Dispose()
        {
            time._due.TryRemove(this, out _);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            time._due.TryRemove(this, out _);
            return timer.DisposeAsync();
        }
    }
}
