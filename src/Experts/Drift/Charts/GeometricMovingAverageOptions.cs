using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>Options of <see cref="GeometricMovingAverage"/>.</summary>
internal sealed record GeometricMovingAverageOptions : DetectorOptions
{
    /// <value>Inputs after a restart before anything is signalled, in [0, 2³¹ − 1]. The default is 30.</value>
    [Description("Inputs after a restart before anything is signalled."), Range(0, int.MaxValue)]
    public int MinNumInstances { get; init; } = 30;

    /// <value>Threshold λ of the statistic, in [0, 3.4028235e38]. The default is 1 (which 0/1 inputs never reach).</value>
    [Description("Threshold λ of the statistic."), Range(0.0, 3.4028235e38)]
    public double Lambda { get; init; } = 1;

    /// <value>Factor α by which the past fades, in [0, 1]. The default is 0.99.</value>
    [Description("Factor α by which the past fades."), Range(0.0, 1.0)]
    public double Alpha { get; init; } = 0.99;

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new GeometricMovingAverage(this);
}
