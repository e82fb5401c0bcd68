namespace StreamMoe.Experts;

/// <summary>What an expert of the mixture sees of an instance.</summary>
public enum ExpertView
{
    /// <summary>The instance as it came: nominal values as indices, NaN = missing. For trees and baselines.</summary>
    Raw,

    /// <summary>Numbers alone, each standardised, and a constant 1. For nets, neighbours and Gaussians.</summary>
    Standardised,

    /// <summary>The standardised view, and the recent labels and changes of the attributes besides.</summary>
    Temporal,
}
