namespace StreamMoe.Experts.Ensembles;

/// <summary>How many of M attributes a subspace has, from a number m.</summary>
/// <remarks>Halves are rounded up.</remarks>
internal enum SubspaceMode
{
    /// <summary>m.</summary>
    Number,

    /// <summary>√M rounded, plus 1; m plays no part.</summary>
    SquareRoot,

    /// <summary>M minus (√M + 1 rounded); m plays no part.</summary>
    AllButSquareRoot,

    /// <summary>m percent of M; below 0, 100 + m percent.</summary>
    Percentage,
}
