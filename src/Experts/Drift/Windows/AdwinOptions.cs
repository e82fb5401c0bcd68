using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>Options of <see cref="AdwinDetector"/>.</summary>
internal sealed record AdwinOptions : DetectorOptions
{
    /// <value>Confidence δ of a cut: smaller = fewer false alarms, in [0, 1]. The default is 0.002.</value>
    [Description("Confidence δ of a cut: smaller = fewer false alarms."), Range(0.0, 1.0)]
    public double DeltaAdwin { get; init; } = Adwin.DefaultDelta;

    /// <value>True to signal a falling mean too; else it shortens the window silently. The default is false, as MOA has it.</value>
    [Description("Signal a falling mean too.")]
    public bool BothSides { get; init; }

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new AdwinDetector(this);
}
