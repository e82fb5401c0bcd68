using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Neighbours;

/// <summary>Comparisons of many floats at once, none of them NaN. They are exact, so every vector width agrees.</summary>
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

    /// <summary>Whether one of 16 numbers is above the threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(float* numbers, float threshold)
    {
        if (Vector512.IsHardwareAccelerated) return Vector512.GreaterThanAny(Vector512.Load(numbers), Vector512.Create(threshold));
        return Vector256.GreaterThanAny(Vector256.MaxNative(Vector256.Load(numbers), Vector256.Load(numbers + 8)), Vector256.Create(threshold));
    }

    /// <summary>The rank of each of 16 numbers: how many are greater, or equal and before it.</summary>
    public static void Ranks(float* numbers, int count, int* ranks)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> all = Vector512.Load(numbers);
            for (int i = 0; i < count; i++)
            {
                Vector512<float> own = Vector512.Create(numbers[i]);
                ranks[i] = Rank(i, (uint)Vector512.GreaterThan(all, own).ExtractMostSignificantBits(), (uint)Vector512.Equals(all, own).ExtractMostSignificantBits());
            }
        }
        else
        {
            Vector256<float> lower = Vector256.Load(numbers), upper = Vector256.Load(numbers + 8);
            for (int i = 0; i < count; i++)
            {
                Vector256<float> own = Vector256.Create(numbers[i]);
                ranks[i] = Rank(i,
                    Vector256.GreaterThan(lower, own).ExtractMostSignificantBits() | Vector256.GreaterThan(upper, own).ExtractMostSignificantBits() << 8,
                    Vector256.Equals(lower, own).ExtractMostSignificantBits() | Vector256.Equals(upper, own).ExtractMostSignificantBits() << 8);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Rank(int i, uint above, uint equal) => BitOperations.PopCount(above) + BitOperations.PopCount(equal & ((1u << i) - 1));

    /// <summary>Raises 16 numbers to the greatest in the same place of several sixteens.</summary>
    public static void Greatest(float* sixteens, int count, float* greatest)
    {
        Vector256<float> lower = Vector256.Load(greatest), upper = Vector256.Load(greatest + 8), lowerOdd = lower, upperOdd = upper;
        for (; count > 1; count -= 2, sixteens += 32)
        {
            lower = Vector256.MaxNative(lower, Vector256.Load(sixteens));
            upper = Vector256.MaxNative(upper, Vector256.Load(sixteens + 8));
            lowerOdd = Vector256.MaxNative(lowerOdd, Vector256.Load(sixteens + 16));
            upperOdd = Vector256.MaxNative(upperOdd, Vector256.Load(sixteens + 24));
        }
        if (count > 0)
        {
            lower = Vector256.MaxNative(lower, Vector256.Load(sixteens));
            upper = Vector256.MaxNative(upper, Vector256.Load(sixteens + 8));
        }
        Vector256.MaxNative(lower, lowerOdd).Store(greatest);
        Vector256.MaxNative(upper, upperOdd).Store(greatest + 8);
    }

    /// <summary>The k-th greatest of 16 numbers, k in [1, 16].</summary>
    public static float KthGreatest(float* numbers, int k)
    {
        // A number's rank is how many are greater; among those with ranks below k the least is sought.
        Vector256<float> lower = Vector256.Load(numbers), upper = Vector256.Load(numbers + 8);
        Vector256<int> lowerRank = Vector256<int>.Zero, upperRank = Vector256<int>.Zero;
        for (int i = 0; i < 16; i++)
        {
            Vector256<float> other = Vector256.Create(numbers[i]);
            lowerRank -= Vector256.GreaterThan(other, lower).AsInt32();
            upperRank -= Vector256.GreaterThan(other, upper).AsInt32();
        }
        Vector256<int> limit = Vector256.Create(k);
        Vector256<float> none = Vector256.Create(float.PositiveInfinity);
        Vector256<float> eight = Vector256.MinNative(
            Vector256.ConditionalSelect(Vector256.LessThan(lowerRank, limit).AsSingle(), lower, none),
            Vector256.ConditionalSelect(Vector256.LessThan(upperRank, limit).AsSingle(), upper, none));
        Vector128<float> four = Vector128.MinNative(eight.GetLower(), eight.GetUpper());
        Vector128<float> two = Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MinNative(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
