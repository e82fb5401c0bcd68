using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Neighbours;

/// <summary>Comparisons of many floats at once. They are exact, so every vector width agrees.</summary>
internal static unsafe class LaneMask
{
    /// <summary>Bit i is set when number i of 64 is above the threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Above(float* numbers, float threshold)
    {
        ulong bits = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> t = Vector512.Create(threshold);
            for (int i = 0; i < 64; i += 16) bits |= Vector512.GreaterThan(Vector512.Load(numbers + i), t).ExtractMostSignificantBits() << i;
        }
        else
        {
            Vector256<float> t = Vector256.Create(threshold);
            for (int i = 0; i < 64; i += 8) bits |= (ulong)Vector256.GreaterThan(Vector256.Load(numbers + i), t).ExtractMostSignificantBits() << i;
        }
        return bits;
    }

    /// <summary>The k-th greatest of 16 numbers, k in [1, 16].</summary>
    public static float KthGreatest(float* numbers, int k)
    {
        float* twice = stackalloc float[32];
        for (int i = 0; i < 32; i++) twice[i] = numbers[i % 16];
        float* found = stackalloc float[16];
        // A number's rank is how many are greater; among those with ranks below k the least is sought.
        for (int half = 0; half < 16; half += 8)
        {
            Vector256<float> own = Vector256.Load(twice + half);
            Vector256<int> rank = Vector256<int>.Zero;
            for (int shift = 1; shift < 16; shift++) rank -= Vector256.GreaterThan(Vector256.Load(twice + half + shift), own).AsInt32();
            Vector256<int> selected = Vector256.LessThan(rank, Vector256.Create(k));
            Vector256.ConditionalSelect(selected.AsSingle(), own, Vector256.Create(float.PositiveInfinity)).Store(found + half);
        }
        float least = found[0];
        for (int i = 1; i < 16; i++) least = found[i] < least ? found[i] : least;
        return least;
    }
}
