using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>Options of <see cref="Eddm"/>.</summary>
internal sealed record EddmOptions : DetectorOptions
{
    /// <value>Inputs after a restart before anything is signalled, in [0, 2³¹ − 1]. The default is 30.</value>
    [Description("Inputs after a restart before anything is signalled."), Range(0, int.MaxValue)]
    public int MinNumInstances { get; init; } = 30;

    /// <value>Errors after a restart before anything is signalled, in [0, 2³¹ − 1]. The default is 30.</value>
    [Description("Errors after a restart before anything is signalled."), Range(0, int.MaxValue)]
    public int MinNumErrors { get; init; } = 30;

    /// <value>α: warning when the distance of errors falls below this share of its maximum, in [0, 1]. The default is 0.95.</value>
    [Description("Warning when the distance of errors falls below this share of its maximum."), Range(0.0, 1.0)]
    public double WarningLevel { get; init; } = 0.95;

    /// <value>β: drift when the distance of errors falls below this share of its maximum, in [0, 1], at most <see cref="WarningLevel"/>. The default is 0.9.</value>
    [Description("Drift when the distance of errors falls below this share of its maximum."), Range(0.0, 1.0)]
    public double DriftLevel { get; init; } = 0.9;

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Eddm(this);

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (DriftLevel > WarningLevel)
            yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"driftLevel was {DriftLevel}; must be at most warningLevel, {WarningLevel}.");
    }
}
