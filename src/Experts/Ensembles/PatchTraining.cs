namespace StreamMoe.Experts.Ensembles;

/// <summary>What the members of streaming random patches learn.</summary>
internal enum PatchTraining
{
    /// <summary>Some attributes of every instance.</summary>
    RandomSubspaces,

    /// <summary>All attributes of instances drawn Poisson(λ) times.</summary>
    Resampling,

    /// <summary>Some attributes of instances drawn Poisson(λ) times.</summary>
    RandomPatches,
}
