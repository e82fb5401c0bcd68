namespace StreamMoe.Streams.Randomness;

/// <summary>The random source of Java's library, bit for bit: a 48-bit linear congruential generator.</summary>
/// <remarks>
/// Streams draw from it so that they give the same instances as MOA's. It is no source of good randomness.
/// Source: the public contract of <c>java.util.Random</c> (Java SE API documentation). One thread at a time; draws allocate nothing.
/// </remarks>
internal sealed class JavaRandom
{
    private const long Multiplier = 0x5DEECE66D;
    private const long Increment = 0xB;
    private const long Mask = (1L << 48) - 1;
    private const double DoubleUnit = 1.0 / (1L << 53);

    private long _state;
    private double _cachedGaussian;
    private bool _hasCachedGaussian;

    /// <summary>Makes a source with the given seed.</summary>
    /// <param name="seed">Any 64-bit integer.</param>
    public JavaRandom(long seed) => Seed(seed);

    /// <summary>Starts anew from a seed; a Gaussian value held back is dropped.</summary>
    /// <param name="seed">Any 64-bit integer; only its low 48 bits count.</param>
    public void Seed(long seed)
    {
        _state = (seed ^ Multiplier) & Mask;
        _hasCachedGaussian = false;
    }

    /// <value>The 48 bits from which all further draws follow, so that a learner can save and restore them; setting them drops a
    /// Gaussian value held back. In [0, 2⁴⁸); higher bits of a value that is set are ignored.</value>
    public long State
    {
        get => _state;
        set => (_state, _hasCachedGaussian) = (value & Mask, false);
    }

    /// <summary>Draws an integer, uniform over all 32-bit values.</summary>
    public int NextInt() => Next(32);

    /// <summary>Draws an integer, uniform over [0, bound).</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt(int bound)
    {
        if (bound <= 0) throw new ArgumentOutOfRangeException(nameof(bound), bound, "The bound must be at least 1.");
        if ((bound & (bound - 1)) == 0) return (int)((bound * (long)Next(31)) >> 31);
        while (true)
        {
            int draw = Next(31);
            int value = draw % bound;
            // The last, incomplete run of bound values would favour the small ones: draw again.
            if ((long)draw - value + (bound - 1) <= int.MaxValue) return value;
        }
    }

    /// <summary>Draws a number, uniform over the multiples of 2⁻⁵³ in [0, 1).</summary>
    public double NextDouble()
    {
        long high = (long)Next(26) << 27;
        return (high + Next(27)) * DoubleUnit;
    }

    /// <summary>Draws a standard normal number by the polar method (Marsaglia), two at a time; the second is held back for the next call.</summary>
    public double NextGaussian()
    {
        if (_hasCachedGaussian)
        {
            _hasCachedGaussian = false;
            return _cachedGaussian;
        }
        double a, b, q;
        do
        {
            a = 2 * NextDouble() - 1;
            b = 2 * NextDouble() - 1;
            q = a * a + b * b;
        }
        while (q >= 1 || q == 0);
        double m = Math.Sqrt(-2 * StrictMath.Log(q) / q);
        _cachedGaussian = b * m;
        _hasCachedGaussian = true;
        return a * m;
    }

    private int Next(int bits)
    {
        _state = (_state * Multiplier + Increment) & Mask;
        return (int)(_state >> (48 - bits));
    }
}
