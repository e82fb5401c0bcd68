using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>FHDDM: drift when the accuracy over a sliding window falls below its maximum by more than Hoeffding's bound.</summary>
/// <remarks>
/// Over the last n inputs, once there are n: drift when p_max − p > √(ln(1/δ)/(2n)), p the share of right predictions.
/// With a short window (the stacking variant) the same holds over the last m inputs with a maximum of its own; either is
/// enough. No warnings. Restarts empty at the input after a drift, so drifts are at least n inputs apart.
/// <see cref="Estimation"/> is the error rate in the window.
/// <para>O(1) an input; n + 33 bytes. Inputs 0 or 1 with 1 = wrong, as everywhere here (the publication and River count right ones).</para>
/// Source: Pesaranghader and Viktor 2016, Fast Hoeffding drift detection method for evolving data streams; with River's strict comparison.
/// </remarks>
internal sealed class Fhddm : IDriftDetector
{
    private readonly byte[] _window;
    private readonly int _shortSize;
    private readonly double _epsilon, _shortEpsilon;
    private int _next, _count, _right, _shortRight;
    private double _maximum, _shortMaximum;
    private bool _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Fhddm(FhddmOptions? options = null)
    {
        options = (options ?? new FhddmOptions()).Checked();
        _window = new byte[options.SlidingWindowSize];
        _shortSize = options.ShortWindowSize;
        double log = Math.Log(1 / options.ConfidenceLevel);
        _epsilon = Math.Sqrt(log / (2.0 * _window.Length));
        _shortEpsilon = Math.Sqrt(log / (2.0 * _shortSize));
    }

    /// <inheritdoc/>
    public double Estimation => _count == 0 ? 0 : (_count - _right) / (double)_count;

    /// <inheritdoc/>
    public long ByteSize => 33 + _count;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckBinary(value);
        if (_drifted) Reset();
        int right = 1 - (int)value;
        if (_shortSize > 0)
        {
            _shortRight += right;
            if (_count >= _shortSize) _shortRight -= _window[(_next >= _shortSize ? 0 : _window.Length) + _next - _shortSize];
        }
        if (_count == _window.Length) _right -= _window[_next];
        else _count++;
        _window[_next] = (byte)right;
        _right += right;
        if (++_next == _window.Length) _next = 0;
        if (_count < _window.Length) return DriftSignal.None;

        double p = (double)_right / _window.Length;
        _maximum = Math.Max(_maximum, p);
        _drifted = _maximum - p > _epsilon;
        if (_shortSize > 0)
        {
            double shortP = (double)_shortRight / _shortSize;
            _shortMaximum = Math.Max(_shortMaximum, shortP);
            _drifted |= _shortMaximum - shortP > _shortEpsilon;
        }
        return _drifted ? DriftSignal.Drift : DriftSignal.None;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _next = 0;
        _count = 0;
        _right = 0;
        _shortRight = 0;
        _maximum = 0;
        _shortMaximum = 0;
        _drifted = false;
    }

    /// <inheritdoc/>
    public void Persist(IState state)
    {
        state.Mark("fhddm");
        state.Value(ref _next, 0, _window.Length - 1, "next place of FHDDM's window");
        state.Bits(_window, ref _count, "inputs of FHDDM's window");
        state.Value(ref _maximum);
        state.Value(ref _shortMaximum);
        state.Value(ref _drifted);
        _right = _shortRight = 0;
        foreach (byte right in _window.AsSpan(0, _count)) _right += right;
        for (int i = 1; i <= Math.Min(_shortSize, _count); i++) _shortRight += _window[(_next + _window.Length - i) % _window.Length];
    }
}
