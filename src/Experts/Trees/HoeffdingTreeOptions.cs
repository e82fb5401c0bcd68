using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Trees;

/// <summary>Options of a <see cref="HoeffdingTree"/>; the defaults are MOA's.</summary>
internal sealed record HoeffdingTreeOptions : OptionSet
{
    /// <value>Weight that a leaf must gather between two split attempts, in [0, 2³¹). The default is 200.</value>
    [Description("Weight that a leaf gathers between two split attempts."), Range(0, int.MaxValue)]
    public int GracePeriod { get; init; } = 200;

    /// <value>δ: probability that the Hoeffding bound is wrong, in [0, 1]. The default is 1e-7.</value>
    [Description("Probability that the Hoeffding bound is wrong."), Range(0.0, 1.0)]
    public double SplitConfidence { get; init; } = 1e-7;

    /// <value>τ: a split is forced when the Hoeffding bound falls below it, in [0, 1]. The default is 0.05.</value>
    [Description("A split is forced when the Hoeffding bound falls below it."), Range(0.0, 1.0)]
    public double TieThreshold { get; init; } = 0.05;

    /// <value>What candidates are valued by. The default is information gain.</value>
    [Description("What split candidates are valued by.")]
    public SplitCriterion SplitCriterion { get; init; } = SplitCriterion.InformationGain;

    /// <value>Information gain only: at least two branches must hold more than this share of the weight, in [0, 0.5]. The default is 0.01.</value>
    [Description("Information gain: at least two branches must hold more than this share of the weight."), Range(0.0, 0.5)]
    public double MinBranchFraction { get; init; } = 0.01;

    /// <value>Number of thresholds tried for a numeric attribute, evenly spaced between its least and greatest value, in [1, 10000]. The default is 10.</value>
    [Description("Thresholds tried for a numeric attribute."), Range(1, 10_000)]
    public int NumericSplitPoints { get; init; } = 10;

    /// <value>How leaves vote. The default is the adaptive choice between naive Bayes and majority class.</value>
    [Description("How leaves vote.")]
    public LeafPrediction LeafPrediction { get; init; } = LeafPrediction.NaiveBayesAdaptive;

    /// <value><see cref="LeafPrediction.NaiveBayes"/> only: weight a leaf needs before it votes by naive Bayes, in [0, 2³¹). The default is 0.</value>
    [Description("Weight that a leaf needs before it votes by naive Bayes; with leafPrediction=naive-bayes."), Range(0, int.MaxValue)]
    public int NaiveBayesThreshold { get; init; }

    /// <value>True to allow only two branches a split. The default is false: nominal attributes may get a branch a value.</value>
    [Description("Allow only two branches a split.")]
    public bool BinarySplits { get; init; }

    /// <value>True to stop looking at attributes whose merit falls behind the best by more than the Hoeffding bound; acts only
    /// with <see cref="LeafPrediction.MajorityClass"/>, since naive Bayes needs all of them. The default is false.</value>
    [Description("Stop looking at attributes that fall behind; with leafPrediction=majority-class.")]
    public bool RemovePoorAttributes { get; init; }

    /// <value>True to leave out the "do not split" candidate. The default is false.</value>
    [Description("Leave out the candidate \"do not split\".")]
    public bool NoPrePrune { get; init; }

    /// <value>Largest size of the tree in bytes, as <see cref="HoeffdingTree.ByteSize"/> counts them, in [0, 2⁶²]. When the tree
    /// would outgrow it, its least promising leaves stop observing. The default is 33,554,432.</value>
    [Description("Largest size of the tree in bytes; beyond it the least promising leaves stop observing."), Range(0.0, 4611686018427387904.0)]
    public long MaxByteSize { get; init; } = 33_554_432;

    /// <value>True to stop growing for good at the first moment when the byte budget is exceeded or a leaf is pre-pruned,
    /// instead of deactivating leaves. The default is false.</value>
    [Description("Stop growing for good when the byte budget is exceeded, instead of deactivating leaves.")]
    public bool StopMemoryManagement { get; init; }

    /// <value>Training weight between two looks at which leaves deserve their memory, in [0, 2³¹); 0 = only when the tree grows.
    /// The budget itself holds at every moment. The default is 1,000,000.</value>
    [Description("Weight between two looks at which leaves deserve their memory; 0 = only when the tree grows."), Range(0, int.MaxValue)]
    public int MemoryEstimatePeriod { get; init; } = 1_000_000;
}
