using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>Options of <see cref="Rddm"/>.</summary>
internal sealed record RddmOptions : DetectorOptions
{
    /// <value>Inputs after a restart before anything is signalled, in [0, 2³¹ − 1]. The default is 129.</value>
    [Description("Inputs after a restart before anything is signalled."), Range(0, int.MaxValue)]
    public int MinNumInstances { get; init; } = 129;

    /// <value>Standard deviations above the minimum for a warning, in [1, 4]. The default is 1.773.</value>
    [Description("Standard deviations above the minimum for a warning."), Range(1.0, 4.0)]
    public double WarningLevel { get; init; } = 1.773;

    /// <value>Standard deviations above the minimum for a drift, in [1, 5]. The default is 2.258.</value>
    [Description("Standard deviations above the minimum for a drift."), Range(1.0, 5.0)]
    public double DriftLevel { get; init; } = 2.258;

    /// <value>Inputs after which a stable concept is shortened, in [1, 2³¹ − 1]. The default is 40,000.</value>
    [Description("Inputs after which a stable concept is shortened."), Range(1, int.MaxValue)]
    public int MaxSizeConcept { get; init; } = 40_000;

    /// <value>Inputs that are kept of a stable concept, in [1, 20000]. The default is 7,000.</value>
    [Description("Inputs that are kept of a stable concept."), Range(1, 20000)]
    public int MinSizeStableConcept { get; init; } = 7_000;

    /// <value>Inputs after which a warning becomes a drift, in [1, 20000]. The default is 1,400.</value>
    [Description("Inputs after which a warning becomes a drift."), Range(1, 20000)]
    public int WarnLimit { get; init; } = 1_400;

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Rddm(this);
}
