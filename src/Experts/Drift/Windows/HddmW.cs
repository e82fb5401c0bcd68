using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>HDDM_W: compares weighted averages before and after the best cut, by McDiarmid's bound.</summary>
/// <remarks>
/// An exponentially weighted average of all inputs; where average + bound was smallest is the cut. From there on a second
/// average runs: drift when it exceeds that at the cut by √(½·(b₁ + b₂)·ln(1/d)), with b the sums of squared weights,
/// warning with the warning confidence. The two-sided test watches falls likewise and restarts silently. All statistics
/// restart at once with a drift. <see cref="Estimation"/> is the average; −1 right after a restart, 0 before the first input.
/// <para>O(1) an input, 104 bytes. Inputs ≥ 0. Quicker than <see cref="HddmA"/> on abrupt changes.</para>
/// Source: Frías-Blanco and others 2015 (as <see cref="HddmA"/>); MOA's variant, with records of its own for every detector.
/// </remarks>
internal sealed class HddmW : IDriftDetector
{
    private readonly bool _twoSided;
    private readonly double _lambda, _logDrift, _logWarning;
    private Average _all, _beforeRise, _afterRise, _beforeFall, _afterFall;
    private double _riseCut, _fallCut, _estimation;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public HddmW(HddmWOptions? options = null)
    {
        options = (options ?? new HddmWOptions()).Checked();
        _twoSided = options.TypeOfTest == DriftTestSides.TwoSided;
        _lambda = options.Lambda;
        _logDrift = Math.Log(1 / options.DriftConfidence);
        _logWarning = Math.Log(1 / options.WarningConfidence);
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation => _estimation;

    /// <inheritdoc/>
    public long ByteSize => 104;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckNotNegative(value);
        _all = Next(_all, value);
        double bound = Math.Sqrt(_all.Bound * _logDrift / 2);
        if (_all.Mean + bound < _riseCut)
        {
            _riseCut = _all.Mean + bound;
            _beforeRise = _all;
            _afterRise = Average.Empty;
        }
        else
        {
            _afterRise = Next(_afterRise, value);
        }

        DriftSignal signal = DriftSignal.None;
        if (IsRise(_beforeRise, _afterRise, _logDrift))
        {
            Restart();
            signal = DriftSignal.Drift;
        }
        else if (IsRise(_beforeRise, _afterRise, _logWarning))
        {
            signal = DriftSignal.Warning;
        }
        if (_twoSided && WatchFall(value)) signal = DriftSignal.None;
        _estimation = _all.Mean;
        return signal;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Restart();
        _estimation = 0;
    }

    /// <inheritdoc/>
    public void Persist(IState state)
    {
        state.Mark("hddm-w");
        _all.Persist(state);
        _beforeRise.Persist(state);
        _afterRise.Persist(state);
        _beforeFall.Persist(state);
        _afterFall.Persist(state);
        state.Value(ref _riseCut);
        state.Value(ref _fallCut);
        state.Value(ref _estimation);
    }

    /// <summary>The falling side; it goes by the overall average of now, which is empty right after a drift.</summary>
    /// <returns>True when a fall was seen and everything restarted.</returns>
    private bool WatchFall(double value)
    {
        double bound = Math.Sqrt(_all.Bound * _logDrift / 2);
        if (_all.Mean - bound > _fallCut)
        {
            _fallCut = _all.Mean - bound;
            _beforeFall = _all;
            _afterFall = Average.Empty;
        }
        else
        {
            _afterFall = Next(_afterFall, value);
        }
        if (!IsRise(_afterFall, _beforeFall, _logDrift)) return false;
        Restart();
        return true;
    }

    private Average Next(Average average, double value)
    {
        if (average.IsEmpty) return new Average(value, 1);
        double keep = 1 - _lambda;
        return new Average(_lambda * value + keep * average.Mean, _lambda * _lambda + keep * keep * average.Bound);
    }

    private static bool IsRise(Average from, Average to, double log) =>
        !from.IsEmpty && !to.IsEmpty && to.Mean - from.Mean > Math.Sqrt((from.Bound + to.Bound) * log / 2);

    private void Restart()
    {
        _all = _beforeRise = _afterRise = _beforeFall = _afterFall = Average.Empty;
        _riseCut = double.MaxValue;
        _fallCut = double.Epsilon;
    }

    /// <summary>A weighted mean and the sum of its squared weights.</summary>
    private struct Average(double mean, double bound)
    {
        public static readonly Average Empty = new(-1, 0);

        public double Mean = mean;
        public double Bound = bound;

        public readonly bool IsEmpty => Mean < 0;

        public void Persist(IState state)
        {
            state.Value(ref Mean);
            state.Value(ref Bound);
        }
    }
}
