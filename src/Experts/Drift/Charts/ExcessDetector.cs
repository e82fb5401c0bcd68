using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>A detector of rises, and of falls where it is asked to: a statistic of how far the inputs lie above their running mean, compared with a threshold.</summary>
/// <remarks>
/// The mean is that of all inputs since the last restart. Drift when the statistic exceeds the threshold after the minimum number of inputs. No warnings.
/// Restarts at the input after a drift. O(1) an input, 33 bytes. Takes any finite number.
/// </remarks>
internal abstract class ExcessDetector : IDriftDetector
{
    private readonly string _mark;
    private readonly double _threshold;
    private readonly int _minimum;
    private long _n;
    private readonly bool _bothSides;
    private double _mean, _statistic, _falling, _estimation;
    private bool _drifted;

    /// <param name="mark">Name of the detector in its state.</param>
    /// <param name="threshold">λ: drift when the statistic is above it.</param>
    /// <param name="minimum">Inputs before there can be a drift.</param>
    /// <param name="bothSides">True to see falls too: by the same statistic of the inputs with their signs changed.</param>
    private protected ExcessDetector(string mark, double threshold, int minimum, bool bothSides = false)
    {
        (_mark, _threshold, _minimum, _bothSides) = (mark, threshold, minimum, bothSides);
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation => _estimation;

    /// <inheritdoc/>
    public long ByteSize => _bothSides ? 41 : 33;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckFinite(value);
        if (_drifted) Restart();
        _mean += (value - _mean) / _n;
        _statistic = Next(_statistic, value, _mean);
        if (_bothSides) _falling = Next(_falling, -value, -_mean);
        _n++;
        _estimation = _mean;
        _drifted = _n >= _minimum && (_statistic > _threshold || _falling > _threshold);
        return _drifted ? DriftSignal.Drift : DriftSignal.None;
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
        state.Mark(_mark);
        state.Count(ref _n, "a count of the detector");
        state.Value(ref _mean);
        state.Value(ref _statistic);
        if (_bothSides) state.Value(ref _falling);
        state.Value(ref _drifted);
        state.Value(ref _estimation);
    }

    /// <summary>The statistic after an input.</summary>
    /// <param name="statistic">What it was; 0 at first.</param>
    /// <param name="value">The input.</param>
    /// <param name="mean">The mean of the inputs, this one included.</param>
    private protected abstract double Next(double statistic, double value, double mean);

    private void Restart()
    {
        _n = 1;
        _mean = 0;
        _statistic = 0;
        _falling = 0;
        _drifted = false;
    }
}
