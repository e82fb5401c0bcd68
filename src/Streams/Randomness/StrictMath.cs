namespace StreamMoe.Streams.Randomness;

/// <summary>Functions whose result is the same, bit for bit, on every platform.</summary>
/// <remarks>Platform logarithms differ in the last bit from one another, and a stream with Gaussian draws would differ with them.
/// Source: the algorithm of fdlibm (Sun Microsystems 1993), which Java's <c>StrictMath</c> is defined by.</remarks>
internal static class StrictMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double C1 = 6.666666666666735130e-01;
    private const double C2 = 3.999999999940941908e-01;
    private const double C3 = 2.857142874366239149e-01;
    private const double C4 = 2.222219843214978396e-01;
    private const double C5 = 1.818357216161805012e-01;
    private const double C6 = 1.531383769920937332e-01;
    private const double C7 = 1.479819860511658591e-01;
    private const double TwoTo54 = 18014398509481984.0;

    /// <summary>The natural logarithm, with an error below 1 unit in the last place.</summary>
    /// <param name="x">Any number.</param>
    /// <returns>−∞ for ±0, NaN for a negative number or NaN, +∞ for +∞.</returns>
    public static double Log(double x)
    {
        if (x == 0) return double.NegativeInfinity;
        if (!(x > 0)) return double.NaN;
        if (double.IsPositiveInfinity(x)) return x;
        int exponent = 0;
        if (double.IsSubnormal(x))
        {
            x *= TwoTo54;
            exponent = -54;
        }

        // x = 2^k·(1 + f) with 1 + f in [√½, √2)
        long bits = BitConverter.DoubleToInt64Bits(x);
        int high = (int)(bits >> 32);
        exponent += (high >> 20) - 1023;
        int h = high & 0xFFFFF;
        int i = (h + 0x95F64) & 0x100000;
        long mantissa = ((long)(h | (i ^ 0x3FF00000)) << 32) | (bits & 0xFFFFFFFFL);
        exponent += i >> 20;
        double f = BitConverter.Int64BitsToDouble(mantissa) - 1;
        double k = exponent;

        if (((h + 2) & 0xFFFFF) < 3) return NearPowerOfTwo(f, k);

        double s = f / (2 + f);
        double z = s * s;
        double w = z * z;
        double even = w * (C2 + w * (C4 + w * C6));
        double odd = z * (C1 + w * (C3 + w * (C5 + w * C7)));
        double r = odd + even;
        if (((h - 0x6147A) | (0x6B851 - h)) > 0)
        {
            double q = 0.5 * f * f;
            return exponent == 0 ? f - (q - s * (q + r)) : k * Ln2High - (q - (s * (q + r) + k * Ln2Low) - f);
        }
        return exponent == 0 ? f - s * (f - r) : k * Ln2High - (s * (f - r) - k * Ln2Low - f);
    }

    private static double NearPowerOfTwo(double f, double k)
    {
        if (f == 0) return k == 0 ? 0 : k * Ln2High + k * Ln2Low;
        double r = f * f * (0.5 - 0.33333333333333333 * f);
        return k == 0 ? f - r : k * Ln2High - (r - k * Ln2Low - f);
    }
}
