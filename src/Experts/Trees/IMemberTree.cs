namespace StreamMoe.Experts.Trees;

/// <summary>What an ensemble asks of its trees beside being an expert.</summary>
internal interface IMemberTree : IExpert
{
    /// <summary>The class that <see cref="IExpert.Predict"/> gives the most votes, the first among equals; changes nothing.</summary>
    /// <param name="features">The instance that the last call trained the tree on, with a weight &gt; 0.</param>
    int PredictedClassOfLearned(ReadOnlySpan<double> features);

    /// <summary>Puts the tree back to the state in which it was made.</summary>
    void Reset();
}
