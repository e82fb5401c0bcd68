namespace StreamMoe.Experts.Trees;

/// <summary>What a candidate split is valued by.</summary>
internal enum SplitCriterion
{
    /// <summary>Reduction of entropy, in bits; range log₂ of the number of classes.</summary>
    InformationGain,

    /// <summary>One minus the Gini impurity left after the split; range 1.</summary>
    Gini,
}
