namespace StreamMoe.Experts.Drift;

/// <summary>Which changes of the mean a detector looks for.</summary>
internal enum DriftTestSides
{
    /// <summary>Rises only ("One-sided").</summary>
    OneSided,

    /// <summary>Rises are signalled; falls restart the detector silently ("Two-sided").</summary>
    TwoSided,
}
