namespace StreamMoe.DriftMoe.Lanes;

/// <summary>Runs independent lanes of work on a fixed number of threads, and returns when all are done.</summary>
/// <remarks>Which thread takes which lane is left to chance, so lanes must not share anything that they write.
/// The extra threads belong to this object: they sleep between runs and end with <see cref="Dispose"/>.</remarks>
public sealed class LaneRunner : IDisposable
{
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private Action<int> _lane = static _ => { };
    private int _laneCount;
    private int _next;
    private Exception? _fault;
    private volatile bool _stopping;

    /// <summary>Makes a runner.</summary>
    /// <param name="threads">Threads in all, the caller's own among them, in [1, 256].</param>
    public LaneRunner(int threads)
    {
        if (threads is < 1 or > 256)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, $"threads was {threads}; must be in [1, 256].");
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = $"lane-{i + 1}" };
            _helpers[i].Start();
        }
    }

    /// <value>Threads in all, ≥ 1.</value>
    public int Threads => _helpers.Length + 1;

    /// <summary>Calls <paramref name="lane"/> once for each index in [0, <paramref name="lanes"/>), on any of the threads.</summary>
    /// <remarks>When lanes throw, one of the exceptions comes out after all lanes have ended.</remarks>
    public void Run(int lanes, Action<int> lane)
    {
        if (_helpers.Length == 0 || lanes <= 1)
        {
            for (int i = 0; i < lanes; i++) lane(i);
            return;
        }

        int helpers = Math.Min(_helpers.Length, lanes - 1);
        (_lane, _laneCount, _fault) = (lane, lanes, null);
        Volatile.Write(ref _next, 0);
        _wake.Release(helpers);
        TakeLanes();
        for (int i = 0; i < helpers; i++) _done.Wait();
        if (_fault is not null) throw new AggregateException("A lane failed.", _fault);
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

    private void Help()
    {
        while (true)
        {
            _wake.Wait();
            if (_stopping) return;
            TakeLanes();
            _done.Release();
        }
    }

    private void TakeLanes()
    {
        int lane;
        while ((lane = Interlocked.Increment(ref _next) - 1) < _laneCount)
        {
            try
            {
                _lane(lane);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _fault, e, null);
            }
        }
    }
}
