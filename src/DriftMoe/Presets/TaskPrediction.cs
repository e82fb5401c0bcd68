namespace StreamMoe.DriftMoe.Presets;

/// <summary>What MoE-Task predicts with.</summary>
internal enum TaskPrediction
{
    /// <summary>The largest logit of the router, as published: the trees have no influence on the result.</summary>
    Logits,

    /// <summary>The largest product of the router's and the tree's probability of a class.</summary>
    LogitsAndVotes,
}
