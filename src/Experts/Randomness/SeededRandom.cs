using System.Numerics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Randomness;

/// <summary>A small deterministic source of random numbers whose whole state can be saved: xoshiro256**, seeded through SplitMix64.</summary>
/// <remarks>
/// The sequence is a pure function of the seed and of the calls made, on every platform for the integer methods and
/// <see cref="NextDouble"/>; <see cref="NextGaussian"/> goes through the platform's logarithm and so is equal on one build
/// and operating system. Period 2²⁵⁶ − 1. Not for cryptography. One thread at a time. For numbers that must be a pure
/// function of a counter see <see cref="CounterRandom"/>. Source: Blackman and Vigna 2021, "Scrambled linear pseudorandom
/// number generators"; Steele, Lea and Flood 2014 for SplitMix64.
/// </remarks>
internal sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;
    private bool _hasSpare;
    private double _spare;

    /// <summary>Makes a source.</summary>
    /// <param name="seed">Any value, 0 too.</param>
    public SeededRandom(ulong seed)
    {
        // The i-th output of SplitMix64 is CounterRandom's value at counter i.
        _s0 = CounterRandom.At(seed, 0);
        _s1 = CounterRandom.At(seed, 1);
        _s2 = CounterRandom.At(seed, 2);
        _s3 = CounterRandom.At(seed, 3);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number uniform on the multiples of 2⁻⁵³ in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer uniform on [0, <paramref name="bound"/>), without bias (Lemire 2019, "Fast random integer generation in an interval").</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    public int NextInt(int bound)
    {
        if (bound < 1)
            throw new ArgumentOutOfRangeException(nameof(bound), $"bound was {bound}; must be at least 1.");
        uint range = (uint)bound;
        ulong product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            uint unfair = (0u - range) % range;
            while ((uint)product < unfair) product = (NextUInt64() >> 32) * range;
        }
        return (int)(product >> 32);
    }

    /// <summary>A number of the standard normal distribution (Marsaglia's polar method; every second call returns the kept spare).</summary>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }
        double u, v, square;
        do
        {
            u = 2 * NextDouble() - 1;
            v = 2 * NextDouble() - 1;
            square = u * u + v * v;
        }
        while (square >= 1 || square == 0);
        double factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spare = v * factor;
        _hasSpare = true;
        return u * factor;
    }

    /// <summary>Writes the whole state, or replaces it by one that was written.</summary>
    /// <exception cref="StateFormatException">The bytes that are read are not such a state.</exception>
    public void Persist(IState state)
    {
        state.Mark("random");
        state.Value(ref _s0);
        state.Value(ref _s1);
        state.Value(ref _s2);
        state.Value(ref _s3);
        if ((_s0 | _s1 | _s2 | _s3) == 0)
            throw new StateFormatException("Random source: all 256 bits of the state are 0; must have at least one bit set.");
        state.Value(ref _hasSpare);
        state.Value(ref _spare);
    }
}
