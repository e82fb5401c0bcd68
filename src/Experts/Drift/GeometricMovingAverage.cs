using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift;

/// <summary>A geometric moving average of how far the inputs lie above their mean.</summary>
/// <remarks>
/// G := α·G + (1 − α)·(x − μ) with μ the mean of the inputs.
/// Drift when G > λ, after the minimum number of inputs; only rises are seen. No warnings.
/// Restarts at the input after a drift.
/// <para>O(1) an input, 33 bytes. Takes any finite number.</para>
/// Source: Roberts 1959, Control chart tests based on geometric moving averages; MOA's variant.
/// </remarks>
public sealed class GeometricMovingAverage : IDriftDetector
{
    private readonly GeometricMovingAverageOptions _options;
    private long _n;
    private double _mean, _statistic;
    private bool _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public GeometricMovingAverage(GeometricMovingAverageOptions? options = null)
    {
        _options = (options ?? new GeometricMovingAverageOptions()).Checked();
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation { get; private set; }

    /// <inheritdoc/>
    public long ByteSize => 33;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckFinite(value);
        if (_drifted) Restart();
        _mean += (value - _mean) / _n;
        _statistic = _options.Alpha * _statistic + (1 - _options.Alpha) * (value - _mean);
        _n++;
        Estimation = _mean;
        _drifted = _n >= _options.MinNumInstances && _statistic > _options.Lambda;
        return _drifted ? DriftSignal.Drift : DriftSignal.None;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Restart();
        Estimation = 0;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("geometric-ma");
        writer.Write(_n);
        writer.Write(_mean);
        writer.Write(_statistic);
        writer.Write(_drifted);
        writer.Write(Estimation);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("geometric-ma");
        _n = reader.ReadInt64();
        _mean = reader.ReadDouble();
        _statistic = reader.ReadDouble();
        _drifted = reader.ReadBoolean();
        Estimation = reader.ReadDouble();
    }

    private void Restart()
    {
        _n = 1;
        _mean = 0;
        _statistic = 0;
        _drifted = false;
    }
}
