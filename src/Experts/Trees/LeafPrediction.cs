namespace StreamMoe.Experts.Trees;

/// <summary>How a leaf of a Hoeffding tree votes.</summary>
internal enum LeafPrediction
{
    /// <summary>By the weight of each class in the leaf.</summary>
    MajorityClass,

    /// <summary>By naive Bayes over the leaf's observers.</summary>
    NaiveBayes,

    /// <summary>By whichever of the two has been right more often in this leaf; naive Bayes when even.</summary>
    NaiveBayesAdaptive,
}
