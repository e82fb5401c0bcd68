namespace StreamMoe.Experts.Trees;

/// <summary>Options of a <see cref="HoeffdingTree"/>; the defaults are MOA's.</summary>
public sealed record HoeffdingTreeOptions
{
    /// <summary>The options that DriftMoE uses: grace period 50, no pre-pruning, a budget of 33,554,433 bytes.</summary>
    public static HoeffdingTreeOptions DriftMoE { get; } = new() { GracePeriod = 50, NoPrePrune = true, MaxByteSize = 33_554_433 };

    /// <value>Weight that a leaf must gather between two split attempts, in [0, 2³¹). The default is 200.</value>
    public int GracePeriod { get; init; } = 200;

    /// <value>δ: probability that the Hoeffding bound is wrong, in [0, 1]. The default is 1e-7.</value>
    public double SplitConfidence { get; init; } = 1e-7;

    /// <value>τ: a split is forced when the Hoeffding bound falls below it, in [0, 1]. The default is 0.05.</value>
    public double TieThreshold { get; init; } = 0.05;

    /// <value>What candidates are valued by. The default is information gain.</value>
    public SplitCriterion SplitCriterion { get; init; } = SplitCriterion.InformationGain;

    /// <value>Information gain only: at least two branches must hold more than this share of the weight, in [0, 0.5]. The default is 0.01.</value>
    public double MinBranchFraction { get; init; } = 0.01;

    /// <value>Number of thresholds tried for a numeric attribute, evenly spaced between its least and greatest value, in [1, 10000]. The default is 10.</value>
    public int NumericSplitPoints { get; init; } = 10;

    /// <value>How leaves vote. The default is the adaptive choice between naive Bayes and majority class.</value>
    public LeafPrediction LeafPrediction { get; init; } = LeafPrediction.NaiveBayesAdaptive;

    /// <value><see cref="LeafPrediction.NaiveBayes"/> only: weight a leaf needs before it votes by naive Bayes, in [0, 2³¹). The default is 0.</value>
    public int NaiveBayesThreshold { get; init; }

    /// <value>True to allow only two branches a split. The default is false: nominal attributes may get a branch a value.</value>
    public bool BinarySplits { get; init; }

    /// <value>True to stop looking at attributes whose merit falls behind the best by more than the Hoeffding bound; acts only
    /// with <see cref="LeafPrediction.MajorityClass"/>, since naive Bayes needs all of them. The default is false.</value>
    public bool RemovePoorAttributes { get; init; }

    /// <value>True to leave out the "do not split" candidate. The default is false.</value>
    public bool NoPrePrune { get; init; }

    /// <value>Largest size of the tree in bytes, as <see cref="HoeffdingTree.ByteSize"/> counts them, in [0, 2⁶²]. When the tree
    /// would outgrow it, its least promising leaves stop observing. The default is 33,554,432.</value>
    public long MaxByteSize { get; init; } = 33_554_432;

    /// <value>True to stop growing for good at the first moment when the byte budget is exceeded or a leaf is pre-pruned,
    /// instead of deactivating leaves. The default is false.</value>
    public bool StopMemoryManagement { get; init; }

    /// <value>Training weight between two looks at which leaves deserve their memory, in [0, 2³¹); 0 = only when the tree grows.
    /// The budget itself holds at every moment. The default is 1,000,000.</value>
    public int MemoryEstimatePeriod { get; init; } = 1_000_000;

    /// <summary>Checks all options.</summary>
    /// <exception cref="ArgumentException">At least one is out of range; the message names every one of them, its value and its range.</exception>
    public void Validate()
    {
        OptionFaults faults = new();
        faults.Range(nameof(GracePeriod), GracePeriod, 0, int.MaxValue);
        faults.Range(nameof(SplitConfidence), SplitConfidence, 0, 1);
        faults.Range(nameof(TieThreshold), TieThreshold, 0, 1);
        faults.Defined(nameof(SplitCriterion), SplitCriterion);
        faults.Range(nameof(MinBranchFraction), MinBranchFraction, 0, 0.5);
        faults.Range(nameof(NumericSplitPoints), NumericSplitPoints, 1, 10_000);
        faults.Defined(nameof(LeafPrediction), LeafPrediction);
        faults.Range(nameof(NaiveBayesThreshold), NaiveBayesThreshold, 0, int.MaxValue);
        faults.Range(nameof(MaxByteSize), MaxByteSize, 0, 1L << 62);
        faults.Range(nameof(MemoryEstimatePeriod), MemoryEstimatePeriod, 0, int.MaxValue);
        faults.ThrowIfAny(nameof(HoeffdingTreeOptions));
    }
}
