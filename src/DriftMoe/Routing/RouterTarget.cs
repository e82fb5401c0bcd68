namespace StreamMoe.DriftMoe.Routing;

/// <summary>What a router learns of a labelled instance.</summary>
internal enum RouterTarget
{
    /// <summary>The correctness mask, by binary cross-entropy: each expert by itself, right or wrong (<see cref="CorrectnessMask.Fill"/>).</summary>
    Mask,

    /// <summary>The single best expert, by soft-max cross-entropy (<see cref="CorrectnessMask.FillBest"/>): experts compete, and those that were
    /// right too are pushed down. For comparison.</summary>
    Best,
}
