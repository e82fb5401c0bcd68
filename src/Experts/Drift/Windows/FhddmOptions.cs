using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>Options of <see cref="Fhddm"/>.</summary>
internal sealed record FhddmOptions : DetectorOptions
{
    /// <value>Inputs of the window, in [1, 1000000]. The default is 100.</value>
    [Description("Inputs of the window."), Range(1, 1000000)]
    public int SlidingWindowSize { get; init; } = 100;

    /// <value>Confidence δ of the Hoeffding bound: smaller = fewer false alarms, in (0, 1]. The default is 10⁻⁶.</value>
    [Description("Confidence δ of the Hoeffding bound: smaller = fewer false alarms."), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double ConfidenceLevel { get; init; } = 1e-6;

    /// <value>Inputs of a second, short window, at most slidingWindowSize; 0 = none, in [0, 1000000]. The default is 0.</value>
    [Description("Inputs of a second, short window, at most slidingWindowSize; 0 = none."), Range(0, 1000000)]
    public int ShortWindowSize { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (ShortWindowSize > SlidingWindowSize)
            yield return $"shortWindowSize was {ShortWindowSize}; must be at most slidingWindowSize, {SlidingWindowSize}.";
    }

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Fhddm(this);
}
