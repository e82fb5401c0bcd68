using System.Numerics;

namespace StreamMoe.Experts.Trees;

/// <summary>Collects what is wrong with a set of options, so that all faults are reported together.</summary>
internal sealed class OptionFaults
{
    private readonly List<string> _faults = [];

    /// <summary>Notes a fault unless min ≤ value ≤ max; a NaN is a fault.</summary>
    public void Range<T>(string option, T value, T min, T max) where T : INumber<T>
    {
        if (!(value >= min && value <= max)) _faults.Add(FormattableString.Invariant($"{option} is {value}; must be in [{min}, {max}]"));
    }

    /// <summary>Notes a fault when the value is none of the enumeration's.</summary>
    public void Defined<T>(string option, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) _faults.Add($"{option} is {value}; must be one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <exception cref="ArgumentException">There was a fault; the message lists all of them.</exception>
    public void ThrowIfAny(string kind)
    {
        if (_faults.Count > 0) throw new ArgumentException($"{kind}: {string.Join("; ", _faults)}.");
    }
}
