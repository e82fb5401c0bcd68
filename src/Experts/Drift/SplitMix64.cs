namespace StreamMoe.Experts.Drift;

/// <summary>A small seeded random source whose whole state is one number.</summary>
/// <remarks>Source: Steele, Lea, Flood 2014, Fast splittable pseudorandom number generators.</remarks>
internal struct SplitMix64(ulong seed)
{
    public ulong State = seed;

    public ulong Next()
    {
        ulong z = State += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number in [0, bound); the bias is below bound/2⁶⁴.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);
}
