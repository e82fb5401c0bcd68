using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>Options of <see cref="HddmW"/>.</summary>
internal sealed record HddmWOptions : DetectorOptions
{
    /// <value>Probability of a false drift, in [0, 1]. The default is 0.001.</value>
    [Description("Probability of a false drift."), Range(0.0, 1.0)]
    public double DriftConfidence { get; init; } = 0.001;

    /// <value>Probability of a false warning, in [0, 1]. The default is 0.005.</value>
    [Description("Probability of a false warning."), Range(0.0, 1.0)]
    public double WarningConfidence { get; init; } = 0.005;

    /// <value>Weight λ of the newest input, in [0, 1]. The default is 0.05.</value>
    [Description("Weight λ of the newest input."), Range(0.0, 1.0)]
    public double Lambda { get; init; } = 0.05;

    /// <value>Which changes are looked for. The default is one-sided.</value>
    [Description("Which changes are looked for.")]
    public DriftTestSides TypeOfTest { get; init; } = DriftTestSides.OneSided;

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new HddmW(this);
}
