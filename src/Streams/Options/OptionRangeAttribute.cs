using System.Globalization;

namespace StreamMoe.Streams.Options;

/// <summary>States the allowed range of a numeric option.</summary>
/// <param name="min">Smallest allowed value.</param>
/// <param name="max">Largest allowed value.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionRangeAttribute(double min, double max) : Attribute
{
    /// <value>Smallest allowed value, itself allowed unless <see cref="MinExclusive"/>.</value>
    public double Min { get; } = min;

    /// <value>Largest allowed value, itself allowed unless <see cref="MaxExclusive"/>.</value>
    public double Max { get; } = max;

    /// <value>True when the smallest value itself is not allowed.</value>
    public bool MinExclusive { get; init; }

    /// <value>True when the largest value itself is not allowed.</value>
    public bool MaxExclusive { get; init; }

    /// <summary>True when the value lies in the range; NaN never does.</summary>
    public bool Contains(double value)
        => (MinExclusive ? value > Min : value >= Min) && (MaxExclusive ? value < Max : value <= Max);

    /// <summary>The range in interval notation, for example <c>(0, 1]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(MinExclusive ? '(' : '[')}{Min}, {Max}{(MaxExclusive ? ')' : ']')}");
}
