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
        double s = x * x;
        double t = (((9.60497373987051638749 * s + 90.0260197203842689217) * s + 2232.00534594684319226) * s + 7003.32514112805075473) * s + 55592.3013010394962768;
        double u = ((((s + 33.5617141647503099647) * s + 521.357949780152679795) * s + 4594.32382970980127987) * s + 22629.0000613890934246) * s + 49267.3942608635921086;
        return x * t / u;
    }

    // a ≥ 0
    private static double Erfc(double a)
    {
        if (a < 1) return 1 - SmallErf(a);
        double exponent = -a * a;
        if (exponent < -LargestExponent) return 0;
        return a < 8 ? Math.Exp(exponent) * NearNumerator(a) / NearDenominator(a) : Math.Exp(exponent) * FarNumerator(a) / FarDenominator(a);
    }

    private static double NearNumerator(double x)
        => (((((((2.46196981473530512524e-10 * x + 0.564189564831068821977) * x + 7.46321056442269912687) * x + 48.6371970985681366614) * x
            + 196.520832956077098242) * x + 526.445194995477358631) * x + 934.528527171957607540) * x + 1027.55188689515710272) * x + 557.535335369399327526;

    private static double NearDenominator(double x)
        => (((((((x + 13.2281951154744992508) * x + 86.7072140885989742329) * x + 354.937778887819891062) * x + 975.708501743205489753) * x
            + 1823.90916687909736289) * x + 2246.33760818710981792) * x + 1656.66309194161350182) * x + 557.535340817727675546;

    private static double FarNumerator(double x)
        => ((((0.564189583547755073984 * x + 1.27536670759978104416) * x + 5.01905042251180477414) * x + 6.16021097993053585195) * x + 7.40974269950948939160) * x + 2.97886665372100240670;

    private static double FarDenominator(double x)
        => (((((x + 2.26052863220117276590) * x + 9.39603524938001434673) * x + 12.0489539808096656605) * x + 17.0814450747565897222) * x
            + 9.60896809063285878198) * x + 3.36907645100081516050;
}
