using System.Numerics;

namespace StreamMoe.Streams.Files.Text;

/// <summary>Rounds w·10^q to the nearest double, ties to even, with one or two 64-bit products.</summary>
/// <remarks>Lemire (2021), "Number parsing at a gigabyte per second", Software: Practice and Experience 51(8), section 6. Powers outside [−64, 64] are left to the caller,
/// so results are never subnormal or infinite; so is the rare product that does not decide. Memory: 129 powers of five of 128 bits.</remarks>
internal static class DecimalRounding
{
    private const int LargestPower = 64;

    // 5^q, its highest bit moved to bit 127: cut off for q ≥ 0, rounded up for q < 0.
    private static readonly UInt128[] PowersOfFive = [.. Enumerable.Range(-LargestPower, 2 * LargestPower + 1).Select(PowerOfFive)];

    /// <param name="w">The digits.</param>
    /// <param name="q">The power of ten.</param>
    /// <param name="value">The double nearest to w·10^q.</param>
    /// <returns>False when the caller has to find it in another way.</returns>
    public static bool TryRound(ulong w, int q, out double value)
    {
        value = 0;
        if (q is < -LargestPower or > LargestPower) return false;
        if (w == 0) return true;
        int zeros = BitOperations.LeadingZeroCount(w);
        w <<= zeros;
        UInt128 five = PowersOfFive[q + LargestPower];
        ulong high = Math.BigMul(w, (ulong)(five >> 64), out ulong low);
        if ((high & 0x1FF) == 0x1FF)
        {
            // The bits behind the mantissa are all ones: what the lower half adds may carry into them.
            ulong carry = Math.BigMul(w, (ulong)five, out _);
            low += carry;
            if (low < carry) high++;
        }
        if (low == ulong.MaxValue && q is < -27 or > 55) return false;

        int top = (int)(high >> 63);
        int shift = top + 9; // leaves 54 bits: the mantissa and the one that rounds it
        ulong mantissa = high >> shift;
        bool isTie = low <= 1 && q is >= -4 and <= 23 && (mantissa & 3) == 1 && mantissa << shift == high;
        if (!isTie) mantissa += mantissa & 1;
        mantissa >>= 1;
        int exponent = ((217706 * q) >> 16) + 63 + top - zeros + 1023; // 217706 / 2^16 = log2(10)
        if (mantissa >> 53 != 0)
        {
            mantissa >>= 1;
            exponent++;
        }
        value = BitConverter.UInt64BitsToDouble((mantissa & ((1UL << 52) - 1)) | (ulong)exponent << 52);
        return true;
    }

    private static UInt128 PowerOfFive(int q)
    {
        BigInteger power = BigInteger.Pow(5, Math.Abs(q));
        int bits = (int)power.GetBitLength();
        if (q >= 0) return (UInt128)(bits <= 128 ? power << (128 - bits) : power >> (bits - 128));
        // 2^(bits + 127) / 5^|q| lies in [2^127, 2^128).
        return (UInt128)((BigInteger.One << (bits + 127)) / power + 1);
    }
}
