namespace StreamMoe.Experts.Randomness;

/// <summary>Random bits as a pure function of a seed and a counter: no state, so any of them can be drawn at any time, in any order, on any thread.</summary>
/// <remarks>
/// The value at counter i is the i-th output of SplitMix64 started at the seed (Steele, Lea and Flood 2014, "Fast splittable
/// pseudorandom number generators"). For keys of several parts, chain: <c>At(At(seed, step), unit)</c>. Equal on every platform.
/// </remarks>
internal static class CounterRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>64 random bits.</summary>
    /// <param name="seed">Any value, 0 too.</param>
    /// <param name="counter">Any value.</param>
    public static ulong At(ulong seed, ulong counter)
    {
        ulong z = unchecked(seed + (counter + 1) * GoldenGamma);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>A number uniform on the multiples of 2⁻⁵³ in [0, 1).</summary>
    public static double DoubleAt(ulong seed, ulong counter) => (At(seed, counter) >> 11) * (1.0 / (1UL << 53));
}
