using StreamMoe.Experts.State;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Event time: runs with the times of the records, and jumps only when most of the recent records say so.</summary>
/// <remarks>
/// A time that is ahead by more than an hour and more than a quarter of the longest wait for a label is a jump: a broken clock, or a gap in the stream. It moves nothing by
/// itself; when 9 of the last 16 records are ahead by so much, event time goes to the least of the times that 9 of them have reached. When all of
/// the last 16 are behind by so much, it was ahead for nothing, and goes back to the latest of them. Part of the state.
/// </remarks>
/// <param name="jump">Ticks of 100 ns beyond which a step is a jump, > 0.</param>
internal sealed class EventClock(long jump)
{
    private const int Remembered = 16, Majority = 9;

    private readonly long[] _recent = new long[Remembered];
    private readonly long[] _sorted = new long[Remembered];
    private int _count, _at;

    /// <value>Event time in ticks; 0 before the first record.</value>
    public long Now { get; private set; }

    /// <value>Records whose times were jumps that were not believed when they came.</value>
    public long Jumps { get; private set; }

    /// <summary>A record has come.</summary>
    /// <param name="time">Its time.</param>
    /// <returns>True when event time went back: what waits is not younger than it.</returns>
    public bool Advance(long time)
    {
        bool first = _count == 0;
        _recent[_at] = time;
        _at = (_at + 1) % Remembered;
        if (_count < Remembered) _count++;
        if (first || (time > Now && time - Now <= jump))
        {
            Now = time;
            return false;
        }
        if (time > Now)
        {
            _recent.CopyTo(_sorted, 0);
            _sorted.AsSpan(0, _count).Sort();
            if (_count >= Majority && _sorted[_count - Majority] is var reached && reached - Now > jump) Now = reached;
            else Jumps++;
            return false;
        }
        if (_count < Remembered || Now - time <= jump) return false;
        long latest = 0;
        foreach (long recent in _recent) latest = Math.Max(latest, recent);
        if (Now - latest <= jump) return false;
        Now = latest;
        return true;
    }

    /// <summary>Writes the state.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Now);
        writer.Write(Jumps);
        writer.Write(_count);
        for (int i = 0; i < _count; i++) writer.Write(_recent[(_at - _count + i + Remembered) % Remembered]);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        (Now, Jumps) = (reader.ReadInt64(), reader.ReadInt64());
        _count = reader.ReadInt32(0, Remembered, "the number of recent times");
        for (int i = 0; i < _count; i++) _recent[i] = reader.ReadInt64();
        _at = _count % Remembered;
    }
}
