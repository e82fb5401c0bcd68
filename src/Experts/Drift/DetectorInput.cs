namespace StreamMoe.Experts.Drift;

/// <summary>Checks of a detector's input; the throwing part is kept out of the hot path.</summary>
internal static class DetectorInput
{
    /// <summary>Any real number.</summary>
    public static void CheckFinite(double value)
    {
        if (!double.IsFinite(value)) Throw(value, "a finite number");
    }

    /// <summary>A finite number ≥ 0.</summary>
    public static void CheckNotNegative(double value)
    {
        if (!(value >= 0 && value <= double.MaxValue)) Throw(value, "finite and ≥ 0");
    }

    /// <summary>A number in [0, 1].</summary>
    public static void CheckUnit(double value)
    {
        if (!(value >= 0 && value <= 1)) Throw(value, "in [0, 1] (1 = wrong prediction)");
    }

    /// <summary>0 or 1.</summary>
    public static void CheckBinary(double value)
    {
        if (value != 0 && value != 1) Throw(value, "0 (right prediction) or 1 (wrong prediction)");
    }

    private static void Throw(double value, string allowed) =>
        throw new ArgumentOutOfRangeException(nameof(value), value, FormattableString.Invariant($"Detector input was {value}; must be {allowed}."));
}
