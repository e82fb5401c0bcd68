namespace StreamMoe.Experts.Ensembles;

/// <summary>Works out how many attributes a subspace has.</summary>
internal static class SubspaceSize
{
    /// <summary>The number that a mode gives, before any limits; may be ≤ 0 or above the number of attributes.</summary>
    /// <param name="mode">What the value means.</param>
    /// <param name="value">m.</param>
    /// <param name="attributes">M.</param>
    public static int Of(SubspaceMode mode, int value, int attributes) => mode switch
    {
        SubspaceMode.Number => value,
        SubspaceMode.SquareRoot => Round(Math.Sqrt(attributes)) + 1,
        SubspaceMode.AllButSquareRoot => attributes - Round(Math.Sqrt(attributes) + 1),
        _ => Round(attributes * ((value < 0 ? 100 + value : value) / 100.0)),
    };

    /// <summary>The number of attributes that a leaf of a forest observes: a negative number is counted from all, then it is at least 1.</summary>
    /// <remarks>More than all attributes stands for all of them.</remarks>
    public static int OfLeaf(SubspaceMode mode, int value, int attributes)
    {
        int size = Of(mode, value, attributes);
        return Math.Max(1, size < 0 ? attributes + size : size);
    }

    /// <summary>The number of attributes of a patch.</summary>
    /// <returns>0 when a member sees all attributes; else in [2, number of attributes].</returns>
    public static int OfPatch(SubspaceMode mode, int value, int attributes)
    {
        int size = Of(mode, value, attributes);
        if (mode == SubspaceMode.Percentage && size < 2) size++;
        if (size < 0) size += attributes;
        return size <= 0 || size >= attributes ? 0 : Math.Max(2, size);
    }

    private static int Round(double value) => (int)Math.Floor(value + 0.5);
}
