using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>Options of <see cref="Ddm"/>.</summary>
internal sealed record DdmOptions : DetectorOptions
{
    /// <value>Inputs after a restart before anything is signalled, in [0, 2³¹ − 1]. The default is 30.</value>
    [Description("Inputs after a restart before anything is signalled."), Range(0, int.MaxValue)]
    public int MinNumInstances { get; init; } = 30;

    /// <value>Standard deviations above the minimum for a warning, in [1, 4]. The default is 2.</value>
    [Description("Standard deviations above the minimum for a warning."), Range(1.0, 4.0)]
    public double WarningLevel { get; init; } = 2;

    /// <value>Standard deviations above the minimum for a drift, in [1, 5]. The default is 3.</value>
    [Description("Standard deviations above the minimum for a drift."), Range(1.0, 5.0)]
    public double OutcontrolLevel { get; init; } = 3;

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Ddm(this);
}
