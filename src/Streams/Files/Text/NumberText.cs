using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace StreamMoe.Streams.Files.Text;

/// <summary>Reads decimal numbers from UTF-8 text, correctly rounded.</summary>
/// <remarks>A number is <c>[+-] digits [. digits] [e [+-] digits]</c> with a digit before or behind the point. Up to 19 digits are read here:
/// exactly, in one rounding, where mantissa ≤ 2⁵³ and power ≤ 10²² (Clinger 1990), by <see cref="DecimalRounding"/> for powers near those, and all else by
/// <see cref="double.Parse(ReadOnlySpan{byte}, NumberStyles, IFormatProvider?)"/>, so every result has the bits that it gives.</remarks>
internal static class NumberText
{
    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static readonly ulong[] WholePowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Reads a number that begins at a position.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">Where the number begins; on success, moved behind it.</param>
    /// <param name="value">The number; infinite when it is too large for a double.</param>
    /// <returns>False when no number begins there.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, ref int position, out double value)
    {
        int i = position;
        bool negative = false;
        if ((uint)i < (uint)text.Length && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
        int first = i;
        ulong mantissa = 0;
        uint digit;
        for (; (uint)i < (uint)text.Length && (digit = (uint)(text[i] - '0')) <= 9; i++) mantissa = mantissa * 10 + digit;
        int digits = i - first;
        int power = 0;
        if ((uint)i < (uint)text.Length && text[i] == '.')
        {
            int fraction = ++i;
            int read = 8;
            for (; read == 8 && text.Length - i >= 8; i += read)
            {
                ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(text.Slice(i, 8));
                read = CountDigits(eight);
                mantissa = mantissa * WholePowersOfTen[read] + ValueOfDigits(eight, read);
            }
            if (read == 8)
                for (; (uint)i < (uint)text.Length && (digit = (uint)(text[i] - '0')) <= 9; i++) mantissa = mantissa * 10 + digit;
            power = fraction - i;
            digits -= power;
        }
        value = 0;
        if (digits == 0) return false;
        if ((uint)i < (uint)text.Length && (text[i] | 0x20) == 'e' && !TryReadPower(text, ref i, ref power)) return false;
        if (digits > 19) value = Round(text[first..i]); // the mantissa has overflowed
        else if (mantissa <= 1UL << 53 && power is >= -22 and <= 22) value = Scale(mantissa, power);
        else if (!DecimalRounding.TryRound(mantissa, power, out value)) value = Round(text[first..i]);
        if (negative) value = -value;
        position = i;
        return true;
    }

    /// <summary>Reads a text that must be one number and nothing else.</summary>
    public static bool TryReadAll(ReadOnlySpan<byte> text, out double value)
    {
        int position = 0;
        return TryRead(text, ref position, out value) && position == text.Length;
    }

    /// <summary>True for the words that tools write for numbers that are not finite: nan, inf, infinity, and 1.#INF and its like; any case, with or without sign.</summary>
    public static bool IsNotFiniteWord(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && (text[0] == '-' || text[0] == '+')) text = text[1..];
        return EqualsIgnoreCase(text, "nan"u8) || EqualsIgnoreCase(text, "inf"u8) || EqualsIgnoreCase(text, "infinity"u8)
            || text.SequenceEqual("∞"u8) || text.StartsWith("1.#"u8);
    }

    private static bool TryReadPower(ReadOnlySpan<byte> text, ref int position, ref int power)
    {
        int i = position + 1;
        bool negative = false;
        if ((uint)i < (uint)text.Length && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
        int first = i;
        int exponent = 0;
        for (; (uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9; i++)
            if (exponent < 100_000) exponent = exponent * 10 + (text[i] - '0');
        if (i == first) return false;
        power += negative ? -exponent : exponent;
        position = i;
        return true;
    }

    private static double Scale(ulong mantissa, int power)
        => power < 0 ? (long)mantissa / PowersOfTen[-power] : (long)mantissa * PowersOfTen[power];

    private static double Round(ReadOnlySpan<byte> digits)
        => double.Parse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);

    /// <summary>Number of ASCII digits at the beginning (the low end) of eight bytes, 0 to 8.</summary>
    private static int CountDigits(ulong eight)
    {
        // A digit becomes 0 to 9, and adding 0x76 leaves its high bit clear; what a byte carries over concerns only bytes behind it.
        ulong value = eight ^ 0x3030303030303030;
        return BitOperations.TrailingZeroCount(((value + 0x7676767676767676) | value) & 0x8080808080808080) >> 3;
    }

    /// <summary>Value of the first <paramref name="count"/> of eight bytes, which are digits: zeros are put before them, then pairs, fours and all are put together.</summary>
    private static ulong ValueOfDigits(ulong eight, int count)
    {
        if (count == 0) return 0;
        eight = (eight ^ 0x3030303030303030) << (64 - 8 * count);
        eight = eight * 10 + (eight >> 8);
        return (((eight & 0x000000FF000000FF) * 0x000F424000000064) + (((eight >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
    }

    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
        => System.Text.Ascii.EqualsIgnoreCase(text, lower);
}
