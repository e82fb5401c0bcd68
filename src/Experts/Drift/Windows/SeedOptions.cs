using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>Options of <see cref="Seed"/>.</summary>
internal sealed record SeedOptions : DetectorOptions
{
    /// <value>Confidence δ of a cut: smaller = fewer false alarms, in [0, 1]. The default is 0.05.</value>
    [Description("Confidence δ of a cut: smaller = fewer false alarms."), Range(0.0, 1.0)]
    public double Delta { get; init; } = 0.05;

    /// <value>Inputs of a block, in [32, 256]. The default is 32.</value>
    [Description("Inputs of a block."), Range(32, 256)]
    public int BlockSize { get; init; } = 32;

    /// <value>Compression threshold ε′, in [0.0025, 0.01]. The default is 0.01.</value>
    [Description("Compression threshold ε′."), Range(0.0025, 0.01)]
    public double EpsilonPrime { get; init; } = 0.01;

    /// <value>Growth of the compression threshold from block to block, in [0.2, 0.8]. The default is 0.8.</value>
    [Description("Growth of the compression threshold from block to block."), Range(0.2, 0.8)]
    public double Alpha { get; init; } = 0.8;

    /// <value>Blocks between two compressions, in [50, 100]. The default is 75.</value>
    [Description("Blocks between two compressions."), Range(50, 100)]
    public int CompressTerm { get; init; } = 75;

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Seed(this);
}
