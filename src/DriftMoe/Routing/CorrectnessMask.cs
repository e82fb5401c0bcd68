namespace StreamMoe.DriftMoe.Routing;

/// <summary>The router's multi-hot target: one bit an expert, set where the expert was right.</summary>
/// <remarks>Source: DriftMoE (Aspis et al. 2025, arXiv 2507.18464), the co-training loop.</remarks>
internal static class CorrectnessMask
{
    /// <summary>Fills the target of one instance.</summary>
    /// <param name="label">The instance's class.</param>
    /// <param name="predictions">Predicted class of each expert.</param>
    /// <param name="votesForLabel">Vote of each expert for <paramref name="label"/>, not normalised; negative = it has no opinion.</param>
    /// <param name="target">Receives 1 where the expert was right, else 0. When none was, the expert with the largest vote
    /// for the label (the lowest index among equals) gets the only 1, so a row never teaches that nobody should be chosen.</param>
    public static void Fill(int label, ReadOnlySpan<int> predictions, ReadOnlySpan<double> votesForLabel, Span<float> target)
    {
        bool any = false;
        for (int e = 0; e < predictions.Length; e++)
        {
            bool right = predictions[e] == label && votesForLabel[e] >= 0;
            target[e] = right ? 1f : 0f;
            any |= right;
        }
        if (any) return;

        target[Best(votesForLabel)] = 1f;
    }

    /// <summary>Fills the one-hot target of one instance: the expert with the largest vote for the label, the lowest index among equals.</summary>
    /// <param name="votesForLabel">Vote of each expert for the label; negative = it has no opinion.</param>
    /// <param name="target">Receives a 1 for the best expert, else 0.</param>
    public static void FillBest(ReadOnlySpan<double> votesForLabel, Span<float> target)
    {
        target.Clear();
        target[Best(votesForLabel)] = 1f;
    }

    private static int Best(ReadOnlySpan<double> votesForLabel)
    {
        int best = 0;
        for (int e = 1; e < votesForLabel.Length; e++)
            if (votesForLabel[e] > votesForLabel[best]) best = e;
        return best;
    }
}
