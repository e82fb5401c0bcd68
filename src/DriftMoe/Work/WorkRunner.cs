namespace StreamMoe.DriftMoe.Work;

/// <summary>Runs independent units of work on a fixed number of threads, and returns when all are done.</summary>
/// <remarks>
/// Which thread takes which unit is left to chance, so units must not share anything that they write.
/// The extra threads belong to this object and end with <see cref="Dispose"/>. Between runs they look for work for a short while, as the next
/// run often comes within some microseconds and waking a thread takes longer than that; then they sleep.
/// </remarks>
public sealed class WorkRunner : IDisposable
{
    // Rounds of waiting before a thread sleeps, each some ten nanoseconds: about 50 µs.
    private const int Patience = 1500;

    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private Action<int> _unit = static _ => { };
    private int _unitCount;
    private Exception? _fault;
    private volatile bool _stopping;

    // The number of the run in the upper half, the next unit in the lower: a thread that comes late cannot take a unit of another run.
    private long _ticket;
    private int _ended, _asleep, _callerSleeps;

    /// <summary>Makes a runner.</summary>
    /// <param name="threads">Threads in all, the caller's own among them, in [1, 256].</param>
    public WorkRunner(int threads)
    {
        if (threads is < 1 or > 256)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, $"threads was {threads}; must be in [1, 256].");
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = $"work-{i + 1}" };
            _helpers[i].Start();
        }
    }

    /// <value>Threads in all, ≥ 1.</value>
    public int Threads => _helpers.Length + 1;

    /// <summary>Calls <paramref name="unit"/> once for each index in [0, <paramref name="units"/>), on any of the threads; lower indices are begun first.</summary>
    /// <remarks>When units throw, one of the exceptions comes out after all units have ended.</remarks>
    public void Run(int units, Action<int> unit)
    {
        if (_helpers.Length == 0 || units <= 1)
        {
            for (int i = 0; i < units; i++) unit(i);
            return;
        }

        long run = _ticket & ~0xFFFF_FFFFL;
        // No unit can be taken while what belongs to a run changes.
        Interlocked.Exchange(ref _ticket, run | int.MaxValue);
        (_unit, _unitCount, _fault, _ended) = (unit, units, null, 0);
        Interlocked.Exchange(ref _ticket, unchecked(run + 0x1_0000_0000L));
        Wake(units - 1);
        TakeUnits();
        AwaitEnd(units);
        if (_fault is not null) throw new AggregateException("A unit of work failed.", _fault);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        if (_helpers.Length > 0) _wake.Release(_helpers.Length);
        foreach (Thread helper in _helpers) helper.Join();
        _wake.Dispose();
        _done.Dispose();
    }

    private void Wake(int most)
    {
        while (true)
        {
            int asleep = Volatile.Read(ref _asleep), wanted = Math.Min(asleep, most);
            if (wanted == 0) return;
            if (Interlocked.CompareExchange(ref _asleep, asleep - wanted, asleep) != asleep) continue;
            _wake.Release(wanted);
            return;
        }
    }

    private void AwaitEnd(int units)
    {
        for (int i = 0; i < Patience && Volatile.Read(ref _ended) < units; i++) Thread.SpinWait(1);
        // A thread that was held up since the last run may still wake the caller once too often, so the count decides.
        while (Volatile.Read(ref _ended) < units)
        {
            Interlocked.Exchange(ref _callerSleeps, 1);
            // Whoever takes the flag back decides: the last unit's thread, which then releases, or the caller itself.
            if (Volatile.Read(ref _ended) == units && Interlocked.Exchange(ref _callerSleeps, 0) == 1) return;
            _done.Wait();
        }
    }

    private void Help()
    {
        long seen = 0;
        while (!_stopping)
        {
            for (int i = 0; i < Patience && Run(Volatile.Read(ref _ticket)) == seen && !_stopping; i++) Thread.SpinWait(1);
            if (Run(Volatile.Read(ref _ticket)) == seen) Sleep(seen);
            seen = Run(Volatile.Read(ref _ticket));
            TakeUnits();
        }

        static long Run(long ticket) => ticket >> 32;
    }

    private void Sleep(long seen)
    {
        Interlocked.Increment(ref _asleep);
        if (Volatile.Read(ref _ticket) >> 32 != seen || _stopping)
        {
            // Work came meanwhile. If the caller has counted on this thread to sleep, the semaphore is released and must be taken.
            for (int asleep; (asleep = Volatile.Read(ref _asleep)) > 0;)
                if (Interlocked.CompareExchange(ref _asleep, asleep - 1, asleep) == asleep) return;
        }
        _wake.Wait();
    }

    private void TakeUnits()
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int index = (int)ticket;
            Action<int> unit = Volatile.Read(ref _unit);
            int count = Volatile.Read(ref _unitCount);
            if (index >= count) return;
            // Had anything changed since the ticket was read, this would fail; as it succeeds, unit and count are this run's.
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket) continue;
            try
            {
                unit(index);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _fault, e, null);
            }
            if (Interlocked.Increment(ref _ended) == count && Interlocked.Exchange(ref _callerSleeps, 0) == 1) _done.Release();
        }
    }
}
