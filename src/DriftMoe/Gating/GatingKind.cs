namespace StreamMoe.DriftMoe.Gating;

/// <summary>How the opinions of a pool become one prediction.</summary>
internal enum GatingKind
{
    /// <summary>The class of the expert with the largest gate, as in the DriftMoE paper.</summary>
    Top1,

    /// <summary>The class that most of the k experts with the largest gate predict, each counting with its gate.</summary>
    TopKVote,

    /// <summary>The mean of the experts' probabilities, weighted with the gate.</summary>
    Soft,

    /// <summary>The stacker's probabilities.</summary>
    Stacker,

    /// <summary>The mean of <see cref="Soft"/> and <see cref="Stacker"/>.</summary>
    Mean,
}
