using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Inputs;

/// <summary>Options of <see cref="InputDriftDetector"/>.</summary>
internal sealed record InputDriftOptions : OptionSet
{
    /// <value>Instances of the reference window and of the recent window, in [20, 10000]. The default is 200.</value>
    [Description("Instances of the reference window and of the recent window."), Range(20, 10_000)]
    public int WindowSize { get; init; } = 200;

    /// <value>Instances between two tests, in [1, 10000]. The default is 100.</value>
    [Description("Instances between two tests."), Range(1, 10_000)]
    public int TestInterval { get; init; } = 100;

    /// <value>Probability that one test signals a drift falsely, over all attributes together, in (0, 1). The default is 0.0001.</value>
    [Description("Probability that one test signals a drift falsely, over all attributes together."), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double AlphaDrift { get; init; } = 1e-4;

    /// <value>The same for a warning, at least alphaDrift, in (0, 1). The default is 0.005.</value>
    [Description("Probability that one test signals a warning falsely, over all attributes together."), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double AlphaWarning { get; init; } = 0.005;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (AlphaWarning < AlphaDrift)
            yield return FormattableString.Invariant($"alphaWarning was {AlphaWarning}; must be at least alphaDrift, {AlphaDrift}.");
    }
}
