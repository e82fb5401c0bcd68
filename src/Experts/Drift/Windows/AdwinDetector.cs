using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>ADWIN as a drift detector: drift when the window was cut and its mean rose, or fell where <see cref="AdwinOptions.BothSides"/> asks for it. No warnings.</summary>
/// <remarks>
/// Otherwise a falling mean shortens the window silently. After a drift only old inputs are dropped, so drift is often signalled
/// several times, at multiples of 32 inputs, while the window goes on shrinking. Takes any finite number. Cost and memory:
/// see <see cref="Adwin"/>. Source: as there.
/// </remarks>
internal sealed class AdwinDetector : IDriftDetector
{
    private readonly Adwin _window;
    private readonly bool _bothSides;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public AdwinDetector(AdwinOptions? options = null)
    {
        options = (options ?? new AdwinOptions()).Checked();
        _window = new Adwin(options.DeltaAdwin);
        _bothSides = options.BothSides;
    }

    /// <inheritdoc/>
    public double Estimation => _window.Width == 0 ? 0 : _window.Mean;

    /// <value>Number of inputs in the window.</value>
    public long Width => _window.Width;

    /// <inheritdoc/>
    public long ByteSize => _window.ByteSize;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckFinite(value);
        double total = _window.Total, width = _window.Width;
        return _window.Add(value) && (_bothSides || _window.Mean > total / width) ? DriftSignal.Drift : DriftSignal.None;
    }

    /// <inheritdoc/>
    public void Reset() => _window.Reset();

    /// <inheritdoc/>
    public void Persist(IState state) => _window.Persist(state);
}
