namespace StreamMoe.DriftMoe.Gating;

/// <summary>What one expert gave to another when it was merged into it.</summary>
/// <param name="Weight">Stacker's weight of the log-probabilities.</param>
/// <param name="Vote">Stacker's weight of the vote.</param>
/// <param name="Bias">By how much the other's router bias was raised.</param>
/// <param name="Share">Share of the other's gate that was the expert's, in [0, 1).</param>
internal readonly record struct MovedWeights(float Weight, float Vote, float Bias, float Share);
