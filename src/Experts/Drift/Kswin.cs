using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift;

/// <summary>KSWIN: compares the newest inputs of a window with a random sample of its older ones by the Kolmogorov-Smirnov test.</summary>
/// <remarks>
/// With a full window, at every input: R = the last r inputs, W = r of the first n − r, drawn without replacement;
/// drift when p ≤ α and D > 0.1. Any change of the distribution counts, in both directions. No warnings.
/// <see cref="Estimation"/> is the mean of the inputs in the window.
/// <para>O(n + r·log r) an input, the most expensive detector here; 8·n + 16 bytes. Takes any finite number.</para>
/// Source: Raab, Heusinger, Schleif 2020, Reactive soft prototype computing for concept drift streams; River's defaults.
/// </remarks>
public sealed class Kswin : IDriftDetector
{
    private const double SmallestDistance = 0.1;

    private readonly KswinOptions _options;
    private readonly int _criticalDistance;
    private readonly double[] _window, _newest, _sample;
    private int _next, _count;
    private SplitMix64 _random;

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
    public long ByteSize => 16 + 8L * _count;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckFinite(value);
        _window[_next] = value;
        if (++_next == _window.Length) _next = 0;
        if (_count < _window.Length) _count++;
        if (_count < _window.Length || !IsDrift()) return DriftSignal.None;
        KeepNewest(_options.KeepRecent ? _options.StatSize : 0);
        return DriftSignal.Drift;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _next = 0;
        _count = 0;
        _random = new SplitMix64((ulong)_options.Seed);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("kswin");
        writer.Write(_next);
        writer.Write(_window.AsSpan(0, _count));
        writer.Write(_random.State);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("kswin");
        _next = reader.ReadInt32(0, _window.Length - 1, "next place of KSWIN's window");
        double[] window = reader.ReadArray<double>();
        if (window.Length > _window.Length)
            throw new StateFormatException($"KSWIN's window has {window.Length} inputs; must be at most {_window.Length}.");
        window.CopyTo(_window, 0);
        _count = window.Length;
        _random.State = reader.ReadUInt64();
    }

    private bool IsDrift()
    {
        int r = _options.StatSize, older = _window.Length - r;
        for (int i = 0; i < r; i++) _newest[i] = At(older + i);
        // Selection sampling (Knuth): element i is taken with probability (still wanted)/(still to come).
        int taken = 0;
        for (int i = 0; taken < r; i++)
            if (_random.Next(older - i) < r - taken) _sample[taken++] = At(i);
        _newest.AsSpan().Sort();
        _sample.AsSpan().Sort();
        return KolmogorovSmirnov.Distance(_newest, _sample) >= _criticalDistance;
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
