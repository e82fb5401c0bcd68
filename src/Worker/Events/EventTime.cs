namespace StreamMoe.Worker.Events;

/// <summary>Event times: ticks of 100 ns since 0001-01-01 UTC, from and to RFC 3339.</summary>
internal static class EventTime
{
    /// <summary>Longest text that <see cref="Format"/> writes, in bytes.</summary>
    public const int MaxLength = 28;

    private const long MostMilliseconds = 253_402_300_799_999;

    /// <summary>The time of a record's timestamp; one outside the years 1970 to 9999 becomes the nearest end (brokers tell −1 when there is none).</summary>
    /// <param name="milliseconds">Milliseconds since 1970-01-01 UTC.</param>
    public static long OfTimestamp(long milliseconds)
        => DateTime.UnixEpoch.Ticks + Math.Clamp(milliseconds, 0, MostMilliseconds) * TimeSpan.TicksPerMillisecond;

    /// <summary>Reads a RFC 3339 time, for example <c>2026-11-21T20:00:00.5+01:00</c>.</summary>
    /// <remarks>As the RFC allows, <c>t</c>, <c>z</c> and a blank between date and time are read too, and the second 60, which becomes the
    /// next second. Digits behind the seventh of a fraction are cut off.</remarks>
    /// <returns>False when the text is not such a time, or lies outside the years 1 to 9999.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 20
            || !TryDigits(text[..4], out int year) || text[4] != '-' || !TryDigits(text.Slice(5, 2), out int month) || text[7] != '-'
            || !TryDigits(text.Slice(8, 2), out int day) || (text[10] | 0x20) is not ('t' or ' ')
            || !TryDigits(text.Slice(11, 2), out int hour) || text[13] != ':' || !TryDigits(text.Slice(14, 2), out int minute) || text[16] != ':'
            || !TryDigits(text.Slice(17, 2), out int second))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return false;
        int i = 19;
        long fraction = 0;
        if (text[i] == '.' && !TryFraction(text, ref i, out fraction)) return false;
        if (!TryOffset(text[i..], out long offset)) return false;
        ticks = new DateTime(year, month, day).Ticks + (hour * 3600L + minute * 60L + second) * TimeSpan.TicksPerSecond + fraction - offset;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }

    /// <summary>Reads a number of seconds, milliseconds, microseconds or nanoseconds since 1970-01-01 UTC; which, its size tells.</summary>
    /// <remarks>Below 10¹¹ (the year 5138) it is seconds, below 10¹⁴ milliseconds, below 10¹⁷ microseconds, else nanoseconds. It may have a fraction.</remarks>
    /// <param name="text">The number.</param>
    /// <param name="ticks">The time.</param>
    /// <param name="unit">Its unit: seconds, milliseconds, microseconds or nanoseconds.</param>
    /// <returns>False when the text is no such number, or lies outside the years 1 to 9999.</returns>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out long ticks, out string unit)
    {
        (ticks, unit) = (0, "");
        if (!decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out decimal number)) return false;
        decimal size = Math.Abs(number), scale;
        (unit, scale) = size < 1e11m ? ("seconds", TimeSpan.TicksPerSecond) : size < 1e14m ? ("milliseconds", TimeSpan.TicksPerMillisecond)
            : size < 1e17m ? ("microseconds", TimeSpan.TicksPerMicrosecond) : ("nanoseconds", 0.01m);
        if (size > 1e21m) return false;
        decimal time = decimal.Truncate(number * scale) + DateTime.UnixEpoch.Ticks;
        if (time < 0 || time > DateTime.MaxValue.Ticks) return false;
        ticks = (long)time;
        return true;
    }

    /// <summary>A time as <see cref="Format"/> writes it.</summary>
    public static string ToText(long ticks)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return System.Text.Encoding.UTF8.GetString(text[..Format(ticks, text)]);
    }

    /// <summary>Writes a time in UTC, with as many digits of the second as it needs.</summary>
    /// <param name="ticks">In [0, <see cref="DateTime.MaxValue"/>].</param>
    /// <param name="text">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(long ticks, Span<byte> text)
    {
        DateTime time = new(ticks, DateTimeKind.Utc);
        Digits(text, 0, 4, time.Year);
        text[4] = text[7] = (byte)'-';
        Digits(text, 5, 2, time.Month);
        Digits(text, 8, 2, time.Day);
        text[10] = (byte)'T';
        Digits(text, 11, 2, time.Hour);
        text[13] = text[16] = (byte)':';
        Digits(text, 14, 2, time.Minute);
        Digits(text, 17, 2, time.Second);
        int length = 19;
        int fraction = (int)(ticks % TimeSpan.TicksPerSecond);
        if (fraction != 0)
        {
            text[19] = (byte)'.';
            Digits(text, 20, 7, fraction);
            length = 27;
            while (text[length - 1] == '0') length--;
        }
        text[length++] = (byte)'Z';
        return length;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref int i, out long fraction)
    {
        fraction = 0;
        long unit = TimeSpan.TicksPerSecond / 10;
        int first = ++i;
        for (; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9'; i++, unit /= 10) fraction += (text[i] - '0') * unit;
        return i > first;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length == 1) return (text[0] | 0x20) == 'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryDigits(text.Slice(1, 2), out int hours) || !TryDigits(text.Slice(4, 2), out int minutes) || hours > 23 || minutes > 59)
            return false;
        ticks = (hours * 60L + minutes) * TimeSpan.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte b in text)
        {
            int digit = b - '0';
            if ((uint)digit > 9) return false;
            value = value * 10 + digit;
        }
        return true;
    }

    private static void Digits(Span<byte> text, int at, int count, int value)
    {
        for (int i = at + count - 1; i >= at; i--, value /= 10) text[i] = (byte)('0' + value % 10);
    }
}
