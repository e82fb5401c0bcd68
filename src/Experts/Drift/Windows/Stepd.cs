using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>STEPD: compares the accuracy over the last r inputs with that over all older ones, by a test of equal proportions.</summary>
/// <remarks>
/// With a continuity correction, in both directions, from 2r inputs on. Restarts at the input after a drift. When all inputs
/// are equal the statistic has no variance to be measured by, and nothing is signalled; MOA takes it for infinite and signals drift every 2r inputs
/// (<see cref="StepdOptions.ConstantIsDrift"/>).
/// <see cref="Estimation"/> stays 0.
/// <para>O(1) an input; r + 29 bytes. Inputs 0 or 1.</para>
/// Source: Nishida and Yamauchi 2007, Detecting concept drift using statistical testing; MOA's variant.
/// </remarks>
internal sealed class Stepd : IDriftDetector
{
    private readonly StepdOptions _options;
    private readonly byte[] _recent;
    private int _next, _count, _recentErrors;
    private long _older, _olderErrors;
    private bool _drifted;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Stepd(StepdOptions? options = null)
    {
        _options = (options ?? new StepdOptions()).Checked();
        _recent = new byte[_options.WindowSize];
    }

    /// <inheritdoc/>
    public double Estimation => 0;

    /// <inheritdoc/>
    public long ByteSize => 29 + _count;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckBinary(value);
        if (_drifted) Reset();
        int error = (int)value;
        if (_count == _recent.Length)
        {
            int oldest = _recent[_next];
            _older++;
            _olderErrors += oldest;
            _recentErrors -= oldest;
        }
        else
        {
            _count++;
        }
        _recent[_next] = (byte)error;
        if (++_next == _recent.Length) _next = 0;
        _recentErrors += error;
        if (_older < _recent.Length) return DriftSignal.None;

        double p = PValue();
        _drifted = p < _options.AlphaDrift;
        return _drifted ? DriftSignal.Drift : p < _options.AlphaWarning ? DriftSignal.Warning : DriftSignal.None;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _next = 0;
        _count = 0;
        _recentErrors = 0;
        _older = 0;
        _olderErrors = 0;
        _drifted = false;
    }

    /// <inheritdoc/>
    public void Persist(IState state)
    {
        state.Mark("stepd");
        state.Value(ref _next, 0, _recent.Length - 1, "next place of STEPD's window");
        state.Bits(_recent, ref _count, "inputs of STEPD's window");
        state.Count(ref _older, "a count of the detector");
        state.Count(ref _olderErrors, "a count of the detector");
        state.Value(ref _drifted);
        _recentErrors = 0;
        foreach (byte error in _recent.AsSpan(0, _count)) _recentErrors += error;
    }

    private double PValue()
    {
        double older = _older, recent = _count;
        double olderRight = older - _olderErrors, recentRight = recent - _recentErrors;
        if (!_options.ConstantIsDrift && (olderRight + recentRight == 0 || olderRight + recentRight == older + recent)) return 1;
        double q = 1 / older + 1 / recent;
        double p = (olderRight + recentRight) / (older + recent);
        double z = (Math.Abs(olderRight / older - recentRight / recent) - q / 2) / Math.Sqrt(p * (1 - p) * q);
        return 2 * (1 - NormalDistribution.Cumulative(Math.Abs(z)));
    }
}
