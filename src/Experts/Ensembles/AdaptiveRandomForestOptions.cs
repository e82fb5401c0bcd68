using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Ensembles;

/// <summary>Options of <see cref="AdaptiveRandomForest"/>; the defaults are MOA's but for the number of trees, which there is 100.</summary>
internal sealed record AdaptiveRandomForestOptions : OptionSet
{
    /// <value>Number of trees, in [1, 1000]. The default is 10.</value>
    [Description("Number of trees."), Range(1, 1000)]
    public int Learners { get; init; } = 10;

    /// <value>λ: how many times a tree learns an instance, in the mean, in [0.001, 99]. The default is 6.</value>
    [Description("How many times a tree learns an instance, in the mean."), Range(0.001, 99.0)]
    public double Lambda { get; init; } = 6;

    /// <value>What <see cref="SubspaceSize"/> means. The default is a percentage.</value>
    [Description("What subspaceSize means.")]
    public SubspaceMode SubspaceMode { get; init; } = SubspaceMode.Percentage;

    /// <value>Attributes that a leaf observes, as a number or percentage, in [−65,536, 65,536]; a negative one is counted from all
    /// attributes, and at least one is observed. The default is 60.</value>
    [Description("Attributes that a leaf observes, as a number or percentage; a negative one is counted from all."), Range(-65_536, 65_536)]
    public int SubspaceSize { get; init; } = 60;

    /// <value>Confidence δ of the ADWIN window that starts a background tree, in [0, 1]. The default is 0.01.</value>
    [Description("Confidence δ of the ADWIN window that starts a background tree."), Range(0.0, 1.0)]
    public double WarningDelta { get; init; } = 0.01;

    /// <value>Confidence δ of the ADWIN window that replaces a tree, in [0, 1]. The default is 0.001.</value>
    [Description("Confidence δ of the ADWIN window that replaces a tree."), Range(0.0, 1.0)]
    public double DriftDelta { get; init; } = 0.001;

    /// <value>The trees. Grace period 50, split confidence 0.01 and memory period 2,000,000, as in MOA.</value>
    public HoeffdingTreeOptions Tree { get; init; } = new() { GracePeriod = 50, SplitConfidence = 0.01, MemoryEstimatePeriod = 2_000_000 };
}
