using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>DDM: warns and signals drift when the error rate rises some standard deviations above its minimum.</summary>
/// <remarks>
/// With error rate p and s = √(p·(1 − p)/n), and p_min, s_min those of the smallest p + s so far:
/// drift when p + s > p_min + o·s_min, warning when p + s > p_min + w·s_min. Restarts at the input after a drift.
/// <para>O(1) an input, 49 bytes. Inputs in [0, 1]. Weak on slow drifts after long stable phases.</para>
/// Source: Gama, Medas, Castillo, Rodrigues 2004, Learning with drift detection; MOA's variant.
/// </remarks>
internal sealed class Ddm : IDriftDetector
{
    private readonly DdmOptions _options;
    private long _n;
    private double _p, _pMin, _sMin, _minimum, _estimation;
    private bool _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Ddm(DdmOptions? options = null)
    {
        _options = (options ?? new DdmOptions()).Checked();
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation => _estimation;

    /// <inheritdoc/>
    public long ByteSize => 49;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckUnit(value);
        if (_drifted) Restart();
        _p += (value - _p) / _n;
        double s = Math.Sqrt(_p * (1 - _p) / _n);
        _n++;
        _estimation = _p;
        if (_n < _options.MinNumInstances) return DriftSignal.None;
        double level = _p + s;
        if (level <= _minimum) (_pMin, _sMin, _minimum) = (_p, s, level);
        if (_n > _options.MinNumInstances && level > _pMin + _options.OutcontrolLevel * _sMin)
        {
            _drifted = true;
            return DriftSignal.Drift;
        }
        return level > _pMin + _options.WarningLevel * _sMin ? DriftSignal.Warning : DriftSignal.None;
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
        state.Mark("ddm");
        state.Count(ref _n, "a count of the detector");
        state.Value(ref _p);
        state.Value(ref _pMin);
        state.Value(ref _sMin);
        state.Value(ref _minimum);
        state.Value(ref _drifted);
        state.Value(ref _estimation);
    }

    private void Restart()
    {
        _n = 1;
        _p = 1;
        _pMin = _sMin = _minimum = double.MaxValue;
        _drifted = false;
    }
}
