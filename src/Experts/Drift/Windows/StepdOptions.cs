using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>Options of <see cref="Stepd"/>.</summary>
internal sealed record StepdOptions : DetectorOptions
{
    /// <value>Number of recent inputs, in [1, 1000]. The default is 30.</value>
    [Description("Number of recent inputs."), Range(1, 1000)]
    public int WindowSize { get; init; } = 30;

    /// <value>Significance level of a drift, in [0, 1]. The default is 0.003.</value>
    [Description("Significance level of a drift."), Range(0.0, 1.0)]
    public double AlphaDrift { get; init; } = 0.003;

    /// <value>Significance level of a warning, in [0, 1]. The default is 0.05.</value>
    [Description("Significance level of a warning."), Range(0.0, 1.0)]
    public double AlphaWarning { get; init; } = 0.05;

    /// <value>True to signal drift while all inputs are equal, which is what MOA's test statistic, 0/0, comes to: 333 drifts in 20,000 inputs without an error.
    /// The default is false: equal inputs are no drift.</value>
    [Description("Signal drift while all inputs are equal, as MOA does.")]
    public bool ConstantIsDrift { get; init; }

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Stepd(this);
}
