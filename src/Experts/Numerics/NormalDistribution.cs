namespace StreamMoe.Experts.Numerics;

/// <summary>The distribution function Φ of the standard normal law, in the bits that MOA's trees see.</summary>
/// <remarks>Cephes' rational approximations (Moshier), which differ from a correctly rounded erf in the last place;
/// trees depend on that place, so no other routine may stand in.</remarks>
internal static class NormalDistribution
{
    private const double RootHalf = 0.70710678118654752440;
    private const double LargestExponent = 709.782712893383996732;

    /// <summary>√(2π).</summary>
    public static readonly double RootTwoPi = Math.Sqrt(2 * Math.PI);

    private static readonly double[] T = [9.60497373987051638749, 90.0260197203842689217, 2232.00534594684319226, 7003.32514112805075473, 55592.3013010394962768];
    private static readonly double[] U = [33.5617141647503099647, 521.357949780152679795, 4594.32382970980127987, 22629.0000613890934246, 49267.3942608635921086];
    private static readonly double[] P = [2.46196981473530512524e-10, 0.564189564831068821977, 7.46321056442269912687, 48.6371970985681366614, 196.520832956077098242, 526.445194995477358631, 934.528527171957607540, 1027.55188689515710272, 557.535335369399327526];
    private static readonly double[] Q = [13.2281951154744992508, 86.7072140885989742329, 354.937778887819891062, 975.708501743205489753, 1823.90916687909736289, 2246.33760818710981792, 1656.66309194161350182, 557.535340817727675546];
    private static readonly double[] R = [0.564189583547755073984, 1.27536670759978104416, 5.01905042251180477414, 6.16021097993053585195, 7.40974269950448939160, 2.97886665372100240670];
    private static readonly double[] S = [2.26052863220117276590, 9.39603524938001434673, 12.0489539808096656605, 17.0814450747565897222, 9.60896809063285878198, 3.36907645100081516050];

    /// <summary>Φ(a).</summary>
    public static double Cumulative(double a)
    {
        double z = a * RootHalf, q = Math.Abs(z);
        if (q < RootHalf) return 0.5 + 0.5 * SmallErf(z);
        double tail = 0.5 * Erfc(q);
        return z > 0 ? 1 - tail : tail;
    }

    // |x| ≤ 1
    private static double SmallErf(double x)
    {
        double square = x * x;
        return x * Polynomial(square, T) / MonicPolynomial(square, U);
    }

    // a ≥ 0
    private static double Erfc(double a)
    {
        if (a < 1) return 1 - SmallErf(a);
        double exponent = -a * a;
        if (exponent < -LargestExponent) return 0;
        double scale = Math.Exp(exponent);
        return a < 8
            ? scale * Polynomial(a, P) / MonicPolynomial(a, Q)
            : scale * Polynomial(a, R) / MonicPolynomial(a, S);
    }

    private static double Polynomial(double x, double[] coefficients)
    {
        double sum = coefficients[0];
        for (int i = 1; i < coefficients.Length; i++) sum = sum * x + coefficients[i];
        return sum;
    }

    // The leading coefficient is 1 and not stored.
    private static double MonicPolynomial(double x, double[] coefficients)
    {
        double sum = x + coefficients[0];
        for (int i = 1; i < coefficients.Length; i++) sum = sum * x + coefficients[i];
        return sum;
    }
}
