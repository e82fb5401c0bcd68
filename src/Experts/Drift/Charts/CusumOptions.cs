using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>Options of <see cref="Cusum"/>.</summary>
internal sealed record CusumOptions : DetectorOptions
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

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Cusum(this);
}
