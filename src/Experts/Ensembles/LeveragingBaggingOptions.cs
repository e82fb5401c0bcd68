using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Ensembles;

/// <summary>Options of <see cref="LeveragingBagging"/>; the defaults are MOA's.</summary>
internal sealed record LeveragingBaggingOptions : OptionSet
{
    /// <value>Number of trees, in [1, 1000]. The default is 10.</value>
    [Description("Number of trees."), Range(1, 1000)]
    public int Learners { get; init; } = 10;

    /// <value>λ: how many times a tree learns an instance, in the mean, in [0.001, 99]. The default is 6; online bagging has 1.</value>
    [Description("How many times a tree learns an instance, in the mean."), Range(0.001, 99.0)]
    public double Lambda { get; init; } = 6;

    /// <value>True to replace the worst tree when some tree's error has risen. The default is true.</value>
    [Description("Replace the worst tree when some tree's error has risen.")]
    public bool ReplaceOnDrift { get; init; } = true;

    /// <value>Confidence δ of the ADWIN window over each tree's errors, in [0, 1]. The default is 0.002.</value>
    [Description("Confidence δ of the ADWIN window over each tree's errors."), Range(0.0, 1.0)]
    public double DeltaAdwin { get; init; } = Adwin.DefaultDelta;

    /// <value>The trees.</value>
    public HoeffdingTreeOptions Tree { get; init; } = new();
}
