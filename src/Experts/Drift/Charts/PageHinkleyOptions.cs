using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>Options of <see cref="PageHinkley"/>.</summary>
internal sealed record PageHinkleyOptions : DetectorOptions
{
    /// <value>Inputs after a restart before anything is signalled, in [0, 2³¹ − 1]. The default is 30.</value>
    [Description("Inputs after a restart before anything is signalled."), Range(0, int.MaxValue)]
    public int MinNumInstances { get; init; } = 30;

    /// <value>Slack δ that an input may lie above the mean, in [0, 1]. The default is 0.005.</value>
    [Description("Slack δ that an input may lie above the mean."), Range(0.0, 1.0)]
    public double Delta { get; init; } = 0.005;

    /// <value>Threshold λ of the statistic, in [0, 3.4028235e38]. The default is 50.</value>
    [Description("Threshold λ of the statistic."), Range(0.0, 3.4028235e38)]
    public double Lambda { get; init; } = 50;

    /// <value>Factor α by which the past fades, in [0, 1]. The default is 0.9999.</value>
    [Description("Factor α by which the past fades."), Range(0.0, 1.0)]
    public double Alpha { get; init; } = 0.9999;

    /// <value>True to signal a falling mean too, by a second statistic. The default is false, as MOA has it.</value>
    [Description("Signal a falling mean too.")]
    public bool BothSides { get; init; }

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new PageHinkley(this);
}
