using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>HDDM_A: compares the mean of all inputs with that up to the best cut, by Hoeffding's bound for averages.</summary>
/// <remarks>
/// The low cut k is where mean + bound was smallest: drift when mean(n) − mean(k) ≥ √(½·((n − k)/(k·n))·ln(2/d)),
/// warning with the warning confidence. The high cut serves falls likewise, in the two-sided test. All statistics restart
/// at once with a drift; <see cref="Estimation"/> goes on with the mean since the cut until there are as many new inputs.
/// <para>O(1) an input, 72 bytes. Inputs in [0, 1]. No minimum number of inputs.</para>
/// Source: Frías-Blanco, del Campo-Ávila, Ramos-Jiménez, Morales-Bueno, Ortiz-Díaz, Caballero-Mota 2015, Online and
/// non-parametric drift detection methods based on Hoeffding's bounds; MOA's variant.
/// </remarks>
internal sealed class HddmA : IDriftDetector
{
    private readonly bool _twoSided;
    private readonly double _logDrift, _logDriftTest, _logWarningTest;
    private Sample _all, _low, _high, _sinceCut;
    private double _estimation;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public HddmA(HddmAOptions? options = null)
    {
        options = (options ?? new HddmAOptions()).Checked();
        _twoSided = options.TypeOfTest == DriftTestSides.TwoSided;
        _logDrift = Math.Log(1 / options.DriftConfidence);
        _logDriftTest = Math.Log(2 / options.DriftConfidence);
        _logWarningTest = Math.Log(2 / options.WarningConfidence);
    }

    /// <inheritdoc/>
    public double Estimation => _estimation;

    /// <inheritdoc/>
    public long ByteSize => 72;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckUnit(value);
        _all.Count++;
        _all.Sum += value;
        if (_low.Count == 0) _low = _all;
        if (_high.Count == 0) _high = _all;
        double mean = _all.Mean, bound = Bound(_all.Count);
        if (_low.Mean + Bound(_low.Count) >= mean + bound) _low = _all;
        if (_high.Mean - Bound(_high.Count) <= mean - bound) _high = _all;

        DriftSignal signal = DriftSignal.None;
        double rise = mean - _low.Mean;
        if (_low.Count != _all.Count)
        {
            double m = Ratio(_low.Count);
            if (rise >= Math.Sqrt(m / 2 * _logDriftTest)) signal = DriftSignal.Drift;
            else if (rise >= Math.Sqrt(m / 2 * _logWarningTest)) signal = DriftSignal.Warning;
        }
        if (signal == DriftSignal.Drift) Cut(_low);
        else if (_twoSided && _high.Count != _all.Count && _high.Mean - mean >= Math.Sqrt(Ratio(_high.Count) / 2 * _logDriftTest)) Cut(_high);
        Estimate();
        return signal;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _all = _low = _high = _sinceCut = default;
        _estimation = 0;
    }

    /// <inheritdoc/>
    public void Persist(IState state)
    {
        state.Mark("hddm-a");
        _all.Persist(state);
        _low.Persist(state);
        _high.Persist(state);
        _sinceCut.Persist(state);
        state.Value(ref _estimation);
    }

    private double Bound(long count) => Math.Sqrt(1 / (2.0 * count) * _logDrift);

    private double Ratio(long cut) => (_all.Count - cut) / (double)cut * (1.0 / _all.Count);

    private void Cut(Sample at)
    {
        _sinceCut = new Sample { Count = _all.Count - at.Count, Sum = _all.Sum - at.Sum };
        _all = _low = _high = default;
    }

    private void Estimate()
    {
        if (_all.Count >= _sinceCut.Count)
        {
            _sinceCut = default;
            _estimation = _all.Mean;
        }
        else
        {
            _estimation = _sinceCut.Mean;
        }
    }

    private struct Sample
    {
        public long Count;
        public double Sum;

        public readonly double Mean => Sum / Count;

        public void Persist(IState state)
        {
            state.Count(ref Count, "a count of the detector");
            state.Value(ref Sum);
        }
    }
}
