using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Numerics;

/// <summary>eˣ for one double, four or eight at a time, with the same bits at every width.</summary>
/// <remarks>
/// x = k·ln 2 + r with |r| ≤ ln 2 / 2, eʳ by its Taylor polynomial of degree 13, then scaling by 2ᵏ in two steps, so that
/// results below the normal range are rounded once. The error is below 0.6 units in the last place. Every width does the
/// same fused operations in the same order. −∞ gives 0, NaN gives NaN, and arguments above 709.79 give ∞.
/// For votes only: what decides a split uses <see cref="Math.Exp"/>.
/// </remarks>
internal static class VectorExp
{
    private const double Lowest = -746, Highest = 710;
    private const double Log2E = 1.4426950408889634074;
    private const double Ln2High = 0.69314718055994528623, Ln2Low = 2.3190468138462995584e-17;

    // Adding it rounds a number of modest size to an integer, which then stands in the low bits.
    private const double Shifter = 6755399441055744.0;

    private const double C2 = 1.0 / 2, C3 = 1.0 / 6, C4 = 1.0 / 24, C5 = 1.0 / 120, C6 = 1.0 / 720, C7 = 1.0 / 5040,
        C8 = 1.0 / 40320, C9 = 1.0 / 362880, C10 = 1.0 / 3628800, C11 = 1.0 / 39916800, C12 = 1.0 / 479001600, C13 = 1.0 / 6227020800;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Exp(double x)
    {
        x = x < Lowest ? Lowest : x;
        x = x > Highest ? Highest : x;
        double k = Math.FusedMultiplyAdd(x, Log2E, Shifter) - Shifter;
        double r = Math.FusedMultiplyAdd(k, -Ln2Low, Math.FusedMultiplyAdd(k, -Ln2High, x));
        double r2 = r * r, r4 = r2 * r2;
        double a = Math.FusedMultiplyAdd(r2, Math.FusedMultiplyAdd(r, C5, C4), Math.FusedMultiplyAdd(r, C3, C2));
        double b = Math.FusedMultiplyAdd(r2, Math.FusedMultiplyAdd(r, C9, C8), Math.FusedMultiplyAdd(r, C7, C6));
        double c = Math.FusedMultiplyAdd(r2, Math.FusedMultiplyAdd(r, C13, C12), Math.FusedMultiplyAdd(r, C11, C10));
        double q = Math.FusedMultiplyAdd(r4, Math.FusedMultiplyAdd(r4, c, b), a);
        double e = 1.0 + Math.FusedMultiplyAdd(r2, q, r);
        double half = Math.FusedMultiplyAdd(k, 0.5, Shifter);
        double rest = (k - (half - Shifter)) + Shifter;
        return (e * Power(half)) * Power(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        Vector256<double> shifter = Vector256.Create(Shifter);
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Lowest)), Vector256.Create(Lowest), x);
        x = Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(Highest)), Vector256.Create(Highest), x);
        Vector256<double> k = Vector256.FusedMultiplyAdd(x, Vector256.Create(Log2E), shifter) - shifter;
        Vector256<double> r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-Ln2High), x);
        r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-Ln2Low), r);
        Vector256<double> r2 = r * r, r4 = r2 * r2;
        Vector256<double> a = Quad(r, r2, C2, C3, C4, C5), b = Quad(r, r2, C6, C7, C8, C9), c = Quad(r, r2, C10, C11, C12, C13);
        Vector256<double> q = Vector256.FusedMultiplyAdd(r4, Vector256.FusedMultiplyAdd(r4, c, b), a);
        Vector256<double> e = Vector256<double>.One + Vector256.FusedMultiplyAdd(r2, q, r);
        Vector256<double> half = Vector256.FusedMultiplyAdd(k, Vector256.Create(0.5), shifter);
        Vector256<double> rest = (k - (half - shifter)) + shifter;
        return (e * Power(half)) * Power(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        Vector512<double> shifter = Vector512.Create(Shifter);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(Lowest)), Vector512.Create(Lowest), x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(Highest)), Vector512.Create(Highest), x);
        Vector512<double> k = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), shifter) - shifter;
        Vector512<double> r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Ln2Low), r);
        Vector512<double> r2 = r * r, r4 = r2 * r2;
        Vector512<double> a = Quad(r, r2, C2, C3, C4, C5), b = Quad(r, r2, C6, C7, C8, C9), c = Quad(r, r2, C10, C11, C12, C13);
        Vector512<double> q = Vector512.FusedMultiplyAdd(r4, Vector512.FusedMultiplyAdd(r4, c, b), a);
        Vector512<double> e = Vector512<double>.One + Vector512.FusedMultiplyAdd(r2, q, r);
        Vector512<double> half = Vector512.FusedMultiplyAdd(k, Vector512.Create(0.5), shifter);
        Vector512<double> rest = (k - (half - shifter)) + shifter;
        return (e * Power(half)) * Power(rest);
    }

    // The low 12 bits of a shifted integer, biased and moved to the exponent's place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Power(double shifted) => BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(shifted) + 1023) << 52);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Power(Vector256<double> shifted) => ((shifted.AsInt64() + Vector256.Create(1023L)) << 52).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Power(Vector512<double> shifted) => ((shifted.AsInt64() + Vector512.Create(1023L)) << 52).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Quad(Vector256<double> r, Vector256<double> r2, double c0, double c1, double c2, double c3)
        => Vector256.FusedMultiplyAdd(r2, Vector256.FusedMultiplyAdd(r, Vector256.Create(c3), Vector256.Create(c2)),
            Vector256.FusedMultiplyAdd(r, Vector256.Create(c1), Vector256.Create(c0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Quad(Vector512<double> r, Vector512<double> r2, double c0, double c1, double c2, double c3)
        => Vector512.FusedMultiplyAdd(r2, Vector512.FusedMultiplyAdd(r, Vector512.Create(c3), Vector512.Create(c2)),
            Vector512.FusedMultiplyAdd(r, Vector512.Create(c1), Vector512.Create(c0)));
}
