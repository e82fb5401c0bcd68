using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>EDDM: watches the distance between two errors, and signals drift when it shrinks.</summary>
/// <remarks>
/// With mean μ and standard deviation σ of the distances, v = μ + 2σ and v_max its maximum: drift when v/v_max &lt; β,
/// warning when it is &lt; α, both only at an error, after the minimum numbers of inputs and errors. Between two errors the last signal
/// but drift goes on. Restarts at the input after a drift. <see cref="Estimation"/> is μ.
/// <para>O(1) an input, 50 bytes. Inputs 0 or 1. Made for slow drifts; many false alarms.</para>
/// Source: Baena-García, del Campo-Ávila, Fidalgo, Bifet, Gavaldà, Morales-Bueno 2006, Early drift detection method; MOA's variant.
/// </remarks>
internal sealed class Eddm : IDriftDetector
{
    private readonly EddmOptions _options;
    private long _n, _errors, _lastError;
    private double _mean, _deviation, _maximum;
    private bool _warning, _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Eddm(EddmOptions? options = null)
    {
        _options = (options ?? new EddmOptions()).Checked();
        Reset();
    }

    /// <summary>The mean distance between two errors, in inputs.</summary>
    public double Estimation => _mean;

    /// <inheritdoc/>
    public long ByteSize => 50;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckBinary(value);
        if (_drifted) Restart();
        _n++;
        if (value == 1) _warning = false;
        if (value == 1 && Measure() is { } ratio)
        {
            if (ratio < _options.DriftLevel)
            {
                _drifted = true;
                return DriftSignal.Drift;
            }
            _warning = ratio < _options.WarningLevel;
        }
        return _warning ? DriftSignal.Warning : DriftSignal.None;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Restart();
        _warning = false;
    }

    /// <inheritdoc/>
    public void Persist(IState state)
    {
        state.Mark("eddm");
        state.Count(ref _n, "a count of the detector");
        state.Count(ref _errors, "a count of the detector");
        state.Count(ref _lastError, "a count of the detector");
        state.Value(ref _mean);
        state.Value(ref _deviation);
        state.Value(ref _maximum);
        state.Value(ref _warning);
        state.Value(ref _drifted);
    }

    /// <summary>Takes in one error.</summary>
    /// <returns>v/v_max where it may be judged, else null.</returns>
    private double? Measure()
    {
        _errors++;
        long position = _n - 1, distance = position - _lastError;
        _lastError = position;
        double mean = _mean + (distance - _mean) / _errors;
        _deviation += (distance - mean) * (distance - _mean);
        _mean = mean;
        double v = _mean + 2 * Math.Sqrt(_deviation / _errors);
        if (v > _maximum)
        {
            if (_n > _options.MinNumInstances) _maximum = v;
            return null;
        }
        return _n > _options.MinNumInstances && _errors > _options.MinNumErrors ? v / _maximum : null;
    }

    private void Restart()
    {
        _n = 1;
        _errors = 0;
        _lastError = 0;
        _mean = 0;
        _deviation = 0;
        _maximum = 0;
        _drifted = false;
    }
}
