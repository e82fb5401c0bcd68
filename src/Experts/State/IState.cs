namespace StreamMoe.Experts.State;

/// <summary>A state on its way out or in: what is kept is told once, value after value, and is written by a <see cref="StateWriter"/>, read by a <see cref="StateReader"/>.</summary>
/// <remarks>
/// Writing leaves every value as it is. Reading replaces each by what was written in its place, within its bounds: no NaN in any number, and each
/// integer in its range; else it throws a <see cref="StateFormatException"/>, and the value that did not fit is as before.
/// A value that came with a later format of checkpoints is told by one of the methods named Since: a state of an earlier format has none, and gets the default.
/// </remarks>
public interface IState
{
    /// <value>True when values are read, false when they are written.</value>
    bool IsReading { get; }

    /// <summary>Whether the state has what came with a format of checkpoints: true when it is written, or was written in that format or a later one.</summary>
    /// <param name="version">The first format that has it.</param>
    bool Has(int version);

    /// <summary>A named mark: a state read in the wrong order is noticed at once.</summary>
    void Mark(string name);

    /// <summary>A bool; one byte, 0 or 1.</summary>
    void Value(ref bool value);

    /// <summary>A double that is not NaN; 8 bytes.</summary>
    void Value(ref double value);

    /// <summary>64 bits of any kind; 8 bytes.</summary>
    void Value(ref ulong value);

    /// <summary>An integer in [min, max]; 4 bytes.</summary>
    void Value(ref int value, int min, int max, string what);

    /// <summary>An integer in [min, max]; 8 bytes.</summary>
    void Value(ref long value, long min, long max, string what);

    /// <summary>A number of something, in [0, 2⁵³], so that it can be counted on and is exact as a double; 8 bytes.</summary>
    void Count(ref long value, string what);

    /// <summary>Doubles, none of them NaN, as many as there are places; their number (4 bytes), then 8 bytes each.</summary>
    void Values(Span<double> values, string what);

    /// <summary>Doubles, none of them NaN, at the beginning of a buffer; their number (4 bytes), then 8 bytes each.</summary>
    /// <param name="buffer">Has them first; the places after them are left alone.</param>
    /// <param name="count">How many there are, in [0, the buffer's length].</param>
    /// <param name="what">What they are, for messages.</param>
    void Values(Span<double> buffer, ref int count, string what);

    /// <summary>Zeros and ones at the beginning of a buffer; their number (4 bytes), then a byte each.</summary>
    /// <param name="buffer">Has them first; the places after them are left alone.</param>
    /// <param name="count">How many there are, in [0, the buffer's length].</param>
    /// <param name="what">What they are, for messages.</param>
    void Bits(Span<byte> buffer, ref int count, string what);

    /// <summary>A bool that came with a format.</summary>
    void Since(int version, ref bool value, bool @default)
    {
        if (Has(version)) Value(ref value);
        else value = @default;
    }

    /// <summary>A double that came with a format; not NaN.</summary>
    void Since(int version, ref double value, double @default)
    {
        if (Has(version)) Value(ref value);
        else value = @default;
    }

    /// <summary>An integer in [min, max] that came with a format.</summary>
    void Since(int version, ref int value, int @default, int min, int max, string what)
    {
        if (Has(version)) Value(ref value, min, max, what);
        else value = @default;
    }

    /// <summary>An integer in [min, max] that came with a format.</summary>
    void Since(int version, ref long value, long @default, long min, long max, string what)
    {
        if (Has(version)) Value(ref value, min, max, what);
        else value = @default;
    }
}
