using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>Options of <see cref="EwmaChart"/>.</summary>
internal sealed record EwmaChartOptions : DetectorOptions
{
    /// <value>Inputs after a restart before anything is signalled, in [0, 2³¹ − 1]. The default is 30.</value>
    [Description("Inputs after a restart before anything is signalled."), Range(0, int.MaxValue)]
    public int MinNumInstances { get; init; } = 30;

    /// <value>Weight λ of the newest input in the moving average; meaningful in (0, 1], in [0, 3.4028235e38]. The default is 0.2.</value>
    [Description("Weight λ of the newest input in the moving average; meaningful in (0, 1]."), Range(0.0, 3.4028235e38)]
    public double Lambda { get; init; } = 0.2;

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new EwmaChart(this);
}
