namespace StreamMoe.DriftMoe.Gating;

/// <summary>What a mixture's prediction is to be good at.</summary>
internal enum Objective
{
    /// <summary>Right as often as possible: the class with the largest probability.</summary>
    Accuracy,

    /// <summary>Right in every class alike, however rare it is: the class with the largest probability by its share, and by ranks where it is very rare.</summary>
    Balanced,

    /// <summary>Cheap: the class with the least expected cost.</summary>
    Cost,
}
