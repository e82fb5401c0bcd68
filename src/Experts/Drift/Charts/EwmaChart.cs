using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>ECDD: an exponentially weighted moving average of the errors against control limits around the error rate.</summary>
/// <remarks>
/// Z := Z + λ·(x − Z), error rate p, s = √(p·(1 − p)·λ·(1 − (1 − λ)^2n)/(2 − λ)), and a limit Λ(p) for one false alarm
/// in about 400 inputs: drift when Z > p + Λ·s, warning when Z > p + Λ·s/2. Restarts at the input after a drift.
/// <para>O(1) an input, 33 bytes. Inputs in [0, 1]. Very quick, many false alarms.</para>
/// Source: Ross, Adams, Tasoulis, Hand 2012, Exponentially weighted moving average charts for detecting concept drift; MOA's variant.
/// </remarks>
internal sealed class EwmaChart : IDriftDetector
{
    private readonly EwmaChartOptions _options;
    private long _n;
    private double _sum, _average, _estimation;
    private bool _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public EwmaChart(EwmaChartOptions? options = null)
    {
        _options = (options ?? new EwmaChartOptions()).Checked();
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation => _estimation;

    /// <inheritdoc/>
    public long ByteSize => 33;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckUnit(value);
        if (_drifted) Restart();
        double lambda = _options.Lambda;
        _sum += value;
        double p = _sum / _n;
        double s = Math.Sqrt(p * (1 - p) * lambda * (1 - Math.Pow(1 - lambda, 2.0 * _n)) / (2 - lambda));
        _n++;
        _average += lambda * (value - _average);
        _estimation = p;
        if (_n < _options.MinNumInstances) return DriftSignal.None;
        double limit = 3.97 - 6.56 * p + 48.73 * Math.Pow(p, 3) - 330.13 * Math.Pow(p, 5) + 848.18 * Math.Pow(p, 7);
        if (_n > _options.MinNumInstances && _average > p + limit * s)
        {
            _drifted = true;
            return DriftSignal.Drift;
        }
        return _average > p + 0.5 * limit * s ? DriftSignal.Warning : DriftSignal.None;
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
        state.Mark("ewma");
        state.Count(ref _n, "a count of the detector");
        state.Value(ref _sum);
        state.Value(ref _average);
        state.Value(ref _drifted);
        state.Value(ref _estimation);
    }

    private void Restart()
    {
        _n = 1;
        _sum = 0;
        _average = 0;
        _drifted = false;
    }
}
