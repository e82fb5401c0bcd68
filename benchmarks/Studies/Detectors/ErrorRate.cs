namespace StreamMoe.Studies.Detectors;

/// <summary>A probability of an error that changes once.</summary>
/// <param name="Before">The probability before the change.</param>
/// <param name="After">The probability after it.</param>
/// <param name="Width">Inputs over which it moves from one to the other in a straight line; 0 = abruptly.</param>
internal sealed record ErrorRate(double Before, double After, int Width = 0)
{
    /// <summary>The probability at an input.</summary>
    /// <param name="sinceChange">Inputs since the change began; below 0 = before it.</param>
    public double At(int sinceChange) =>
        sinceChange < 0 ? Before
        : sinceChange >= Width ? After
        : Before + (After - Before) * (sinceChange + 1) / Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Before}→{After}{(Width > 0 ? $" over {Width:N0}" : "")}";
}
