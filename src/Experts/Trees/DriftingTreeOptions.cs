using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Trees;

/// <summary>Options of a <see cref="DriftingTree"/>; the defaults are a cautious tree that is replaced by an empty one on a drift.</summary>
internal sealed record DriftingTreeOptions : OptionSet
{
    /// <value>Options of the tree.</value>
    public HoeffdingTreeOptions Tree { get; init; } = new();

    /// <value>Mean λ of the Poisson numbers that the weights of instances are multiplied by, in [0, 100]; 0 = weights stay. The default is 0.</value>
    [Description("Mean of the Poisson numbers that weights are multiplied by; 0 = weights stay."), Range(0.0, 100.0)]
    public double Lambda { get; init; }

    /// <value>Confidence δ of the ADWIN whose signal starts a background tree, in [0, 1]; 0 = no background tree. The default is 0.</value>
    [Description("Confidence of the ADWIN that starts a background tree; 0 = no background tree."), Range(0.0, 1.0)]
    public double WarningDelta { get; init; }

    /// <value>Confidence δ of the ADWIN whose signal replaces the tree, in (0, 1]. The default is 0.002.</value>
    [Description("Confidence of the ADWIN that replaces the tree."), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double DriftDelta { get; init; } = Drift.Windows.Adwin.DefaultDelta;
}
