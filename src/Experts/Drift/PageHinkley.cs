using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift;

/// <summary>The Page-Hinkley test: a fading sum of how far the inputs lie above their mean.</summary>
/// <remarks>
/// G := α·G + ((x − μ) − δ) with μ the mean of the inputs. G itself is compared with λ: there is no running minimum.
/// Drift when G > λ, after the minimum number of inputs; only rises are seen. No warnings.
/// Restarts at the input after a drift.
/// <para>O(1) an input, 33 bytes. Takes any finite number.</para>
/// Source: Page 1954, Continuous inspection schemes; MOA's variant.
/// </remarks>
public sealed class PageHinkley : IDriftDetector
{
    private readonly PageHinkleyOptions _options;
    private long _n;
    private double _mean, _statistic;
    private bool _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public PageHinkley(PageHinkleyOptions? options = null)
    {
        _options = (options ?? new PageHinkleyOptions()).Checked();
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
        _statistic = _options.Alpha * _statistic + (value - _mean - _options.Delta);
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
        writer.Mark("page-hinkley");
        writer.Write(_n);
        writer.Write(_mean);
        writer.Write(_statistic);
        writer.Write(_drifted);
        writer.Write(Estimation);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("page-hinkley");
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
