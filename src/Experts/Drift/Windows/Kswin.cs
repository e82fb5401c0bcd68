using StreamMoe.Experts.Drift.Inputs;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>KSWIN: compares the newest inputs of a window with a random sample of its older ones by the Kolmogorov-Smirnov test.</summary>
/// <remarks>
/// With a full window, at every input: R = the last r inputs, W = r of the first n − r, drawn without replacement;
/// drift when p ≤ α and D > 0.1. Any change of the distribution counts, in both directions. No warnings.
/// <see cref="Estimation"/> is the mean of the inputs in the window.
/// <para>O(n) an input (both parts of the window are kept sorted), the most expensive detector here; 8·n + 57 bytes. Takes
/// any finite number.</para>
/// Source: Raab, Heusinger, Schleif 2020, Reactive soft prototype computing for concept drift streams; River's defaults.
/// </remarks>
internal sealed class Kswin : IDriftDetector
{
    private const double SmallestDistance = 0.1;

    private readonly KswinOptions _options;
    private readonly int _criticalDistance;
    private readonly double[] _window, _older, _newest, _sample; // the sorted parts are valid while the window is full
    private int _next, _count;
    private SeededRandom _random = new(0);

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Kswin(KswinOptions? options = null)
    {
        _options = (options ?? new KswinOptions()).Checked();
        int r = _options.StatSize;
        int byLevel = _options.Criterion == KswinCriterion.Exact
            ? KolmogorovSmirnov.CriticalDistance(_options.Alpha, r)
            : (int)Math.Min(r, Math.Floor(Math.Sqrt(-Math.Log(_options.Alpha) / r) * r)) + 1;
        _criticalDistance = Math.Max(byLevel, (int)Math.Floor(SmallestDistance * r) + 1);
        _window = new double[_options.WindowSize];
        _older = new double[_options.WindowSize - r];
        _newest = new double[r];
        _sample = new double[r];
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < _count; i++) sum += _window[i];
            return _count == 0 ? 0 : sum / _count;
        }
    }

    /// <inheritdoc/>
    public long ByteSize => 57 + 8L * _count;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckFinite(value);
        bool wasFull = _count == _window.Length;
        double oldest = _window[_next];
        _window[_next] = value;
        if (++_next == _window.Length) _next = 0;
        if (!wasFull && ++_count < _window.Length) return DriftSignal.None;
        if (wasFull)
        {
            double aged = At(_older.Length - 1); // it has just left the newest r
            Exchange(_older, oldest, aged);
            Exchange(_newest, aged, value);
        }
        else
        {
            SortParts();
        }
        if (!IsDrift()) return DriftSignal.None;
        KeepNewest(_options.KeepRecent ? _options.StatSize : 0);
        return DriftSignal.Drift;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _next = 0;
        _count = 0;
        _random = new SeededRandom((ulong)_options.Seed);
    }

    /// <inheritdoc/>
    public void Persist(IState state)
    {
        state.Mark("kswin");
        state.Value(ref _next, 0, _window.Length - 1, "next place of KSWIN's window");
        state.Values(_window, ref _count, "inputs of KSWIN's window");
        _random.Persist(state);
        if (state.IsReading && _count == _window.Length) SortParts();
    }

    /// <summary>Draws the sample and compares.</summary>
    /// <remarks>Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2): an element is taken with probability
    /// (still wanted)/(still to come). Which order it goes by does not matter; the sorted one gives a sorted sample.</remarks>
    private bool IsDrift()
    {
        int taken = 0;
        for (int i = 0; taken < _sample.Length; i++)
            if (_random.NextInt(_older.Length - i) < _sample.Length - taken) _sample[taken++] = _older[i];
        return KolmogorovSmirnov.Distance(_newest, _sample) >= _criticalDistance;
    }

    private void SortParts()
    {
        for (int i = 0; i < _older.Length; i++) _older[i] = At(i);
        for (int i = 0; i < _newest.Length; i++) _newest[i] = At(_older.Length + i);
        _older.AsSpan().Sort();
        _newest.AsSpan().Sort();
    }

    /// <summary>Takes one value out of a sorted span and puts another one in.</summary>
    private static void Exchange(Span<double> sorted, double removed, double added)
    {
        int from = sorted.BinarySearch(removed);
        int to = sorted.BinarySearch(added);
        if (to < 0) to = ~to;
        if (to > from)
        {
            to--;
            sorted[(from + 1)..(to + 1)].CopyTo(sorted[from..]);
        }
        else
        {
            sorted[to..from].CopyTo(sorted[(to + 1)..]);
        }
        sorted[to] = added;
    }

    /// <summary>Input i of the full window, 0 = the oldest.</summary>
    private double At(int i)
    {
        int place = _next + i;
        return _window[place < _window.Length ? place : place - _window.Length];
    }

    private void KeepNewest(int count)
    {
        for (int i = 0; i < count; i++) _sample[i] = At(_window.Length - count + i);
        _sample.AsSpan(0, count).CopyTo(_window);
        _next = _count = count;
    }
}
