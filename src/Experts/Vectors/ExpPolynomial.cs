namespace StreamMoe.Experts.Vectors;

/// <summary>Constants of eˣ = 2ⁿ·eᶠ with n = x/ln 2 rounded and |f| ≤ ln 2 / 2; eᶠ by 1 + f + a
/// polynomial whose coefficients minimise the largest relative error on the interval (3e-9, found by Lawson's algorithm); rounding adds 1e-7.</summary>
internal static class ExpPolynomial
{
    /// <summary>1 / ln 2.</summary>
    public const float Log2E = 1.44269504f;

    /// <summary>1.5·2²³: added to a small number, it leaves that number's nearest integer in the low bits.</summary>
    public const float RoundingShift = 12582912f;

    /// <summary>ln 2, its leading bits: n times it is exact.</summary>
    public const float Ln2High = 0.693359375f;

    /// <summary>ln 2 − <see cref="Ln2High"/>.</summary>
    public const float Ln2Low = -2.12194440e-4f;

    public const float C2 = 0.49999993f;
    public const float C3 = 0.16666520f;
    public const float C4 = 0.041668391f;
    public const float C5 = 0.0083687453f;
    public const float C6 = 0.0013814538f;

    /// <summary>The bits of 1f.</summary>
    public const int One = 0x3F800000;
}
