namespace StreamMoe.Worker.Order;

/// <summary>Decides which source of a learner gives the next record. Pure: the clock is given, and what was decided is recorded.</summary>
/// <remarks>
/// The record with the smallest timestamp goes first; of equal ones the source that was added first. A timestamp below zero counts as the
/// source's previous one. A source with nothing at hand is waited for once, for <c>wait</c>, and then passed over until a record of it comes;
/// one that has ended is not waited for at all. A head that has waited for <c>maxWait</c> makes its source overdue: from then on it is
/// served in turn with the others, one record each, until its head is the smallest again. O(sources) a record; nothing is allocated.
/// </remarks>
internal sealed class OrderMerge
{
    private readonly long _wait, _maxWait;
    private Source[] _sources = [];
    private long _takenRecords;
    private int _overdue;

    /// <param name="wait">How long an empty source is waited for, ≥ 0, in the unit of the clock that is given.</param>
    /// <param name="maxWait">How long a head waits before its source is served in turn, ≥ <paramref name="wait"/>, in the same unit.</param>
    public OrderMerge(long wait, long maxWait)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wait);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWait, wait);
        (_wait, _maxWait) = (wait, maxWait);
    }

    private enum Head : byte
    {
        /// <summary>Nothing is at hand, and it is waited for.</summary>
        Awaited,

        /// <summary>Nothing is at hand, and it is not waited for.</summary>
        PassedOver,

        /// <summary>A record is at hand.</summary>
        Waiting,
    }

    private struct Source
    {
        public Head Head;
        public bool Overdue;
        public long Timestamp;
        public long Since;
        public long LastTaken;
    }

    /// <value>Number of sources.</value>
    public int Count => _sources.Length;

    /// <summary>Adds a source before those from a place on; it is waited for at first.</summary>
    /// <param name="at">Its place, in [0, <see cref="Count"/>].</param>
    /// <param name="now">The clock.</param>
    public void Insert(int at, long now)
    {
        _sources = [.. _sources[..at], new Source { Since = now, LastTaken = long.MinValue / 2 }, .. _sources[at..]];
    }

    /// <summary>True while a source has a record at hand: <see cref="Offer"/> is to be called only where it has none.</summary>
    public bool HasHead(int source) => _sources[source].Head == Head.Waiting;

    /// <summary>The next record of a source is at hand.</summary>
    /// <param name="source">The source.</param>
    /// <param name="timestamp">The record's timestamp in milliseconds; below zero when it has none.</param>
    /// <param name="now">The clock.</param>
    public void Offer(int source, long timestamp, long now)
    {
        ref Source s = ref _sources[source];
        if (timestamp >= 0) s.Timestamp = timestamp;
        (s.Head, s.Since) = (Head.Waiting, now);
    }

    /// <summary>A source without a record at hand has been read to its end: it is not waited for.</summary>
    public void EndReached(int source)
    {
        if (_sources[source].Head == Head.Awaited) _sources[source].Head = Head.PassedOver;
    }

    /// <summary>Chooses the source whose record is processed next.</summary>
    /// <param name="now">The clock.</param>
    /// <param name="until">When none may be taken now though one is at hand: the time until which a source is waited for; else
    /// <see cref="long.MaxValue"/>.</param>
    /// <returns>The source, to be told by <see cref="Taken"/>; −1 when none may be taken.</returns>
    public int Choose(long now, out long until)
    {
        until = long.MaxValue;
        int smallest = -1;
        int heads = 0;
        long awaited = long.MaxValue;
        for (int i = 0; i < _sources.Length; i++)
        {
            ref Source s = ref _sources[i];
            if (s.Head == Head.Waiting)
            {
                heads++;
                if (!s.Overdue && now - s.Since >= _maxWait)
                {
                    s.Overdue = true;
                    _overdue++;
                }
                if (smallest < 0 || s.Timestamp < _sources[smallest].Timestamp) smallest = i;
            }
            else if (s.Head == Head.Awaited)
            {
                if (now - s.Since >= _wait) s.Head = Head.PassedOver;
                else awaited = Math.Min(awaited, s.Since + _wait);
            }
        }
        if (smallest < 0) return -1;
        if (_sources[smallest].Overdue)
        {
            _sources[smallest].Overdue = false;
            _overdue--;
        }
        if (_overdue > 0) return InTurn(smallest, heads);
        if (awaited == long.MaxValue) return smallest;
        // An overdue head ends the waiting too, and is then served whatever is awaited.
        until = Math.Min(awaited, EarliestOverdue());
        return -1;
    }

    /// <summary>The record of a source has been taken; what follows it comes by <see cref="Offer"/> or <see cref="EndReached"/>.</summary>
    /// <param name="source">The source.</param>
    /// <param name="now">The clock.</param>
    public void Taken(int source, long now)
    {
        ref Source s = ref _sources[source];
        (s.Head, s.Since) = (Head.Awaited, now);
        s.LastTaken = _takenRecords++;
    }

    /// <summary>The overdue source whose turn it is: since its last record each other head could have had one; else the one with the smallest head.</summary>
    private int InTurn(int smallest, int heads)
    {
        int turn = -1;
        for (int i = 0; i < _sources.Length; i++)
        {
            ref readonly Source s = ref _sources[i];
            if (s.Overdue && s.Head == Head.Waiting && _takenRecords - s.LastTaken >= heads && (turn < 0 || s.LastTaken < _sources[turn].LastTaken)) turn = i;
        }
        return turn >= 0 ? turn : smallest;
    }

    private long EarliestOverdue()
    {
        long earliest = long.MaxValue;
        foreach (ref readonly Source s in _sources.AsSpan())
            if (s.Head == Head.Waiting) earliest = Math.Min(earliest, s.Since + _maxWait);
        return earliest;
    }
}
