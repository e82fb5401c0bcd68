using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace StreamMoe.Streams.Options;

/// <summary>One option of a generator or composition as a user sees it: name, type, default, range and meaning.</summary>
/// <remarks>Read from a property of an options record: its initial value is the default, a <see cref="RangeAttribute"/> gives the
/// closed range, a <see cref="DescriptionAttribute"/> the meaning. So each of these stands in one place only.</remarks>
public sealed class OptionInfo
{
    private readonly PropertyInfo _property;

    internal OptionInfo(PropertyInfo property, StreamOptions defaults)
    {
        _property = property;
        Name = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
        Default = property.GetValue(defaults)!;
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();
        Minimum = (IComparable?)range?.Minimum;
        Maximum = (IComparable?)range?.Maximum;
    }

    /// <value>The name in camelCase, for example <c>noisePercentage</c>.</value>
    public string Name { get; }

    /// <value>The default: a bool, int, long or double.</value>
    public object Default { get; }

    /// <value>Smallest allowed value, of the type of <see cref="Default"/>; null when there is no limit.</value>
    public IComparable? Minimum { get; }

    /// <value>Largest allowed value, of the type of <see cref="Default"/>; null when there is no limit.</value>
    public IComparable? Maximum { get; }

    /// <value>What the option does, one line.</value>
    public string Description { get; }

    /// <value>The type in words: <c>flag</c>, <c>integer</c> (int and long) or <c>number</c> (double).</value>
    public string Kind => Default switch { bool => "flag", double => "number", _ => "integer" };

    /// <value>True for a seed of a generator (its name ends in <c>RandomSeed</c>): a stream opened with a seed fills it when it is not given.</value>
    public bool IsSeed => Name.EndsWith("RandomSeed", StringComparison.Ordinal);

    /// <value>What may be given, in words: <c>true or false</c>, <c>an integer in [1, 4]</c>, <c>any 64-bit integer</c>.</value>
    public string Allowed => Default switch
    {
        bool => "true or false",
        double => Minimum is null ? "a number" : "a number in " + Range,
        int when Minimum is not null => "an integer in " + Range,
        int => "any 32-bit integer",
        _ => "any 64-bit integer",
    };

    private string Range => string.Create(CultureInfo.InvariantCulture, $"[{Minimum}, {Maximum}]");

    internal void Set(StreamOptions options, object value) => _property.SetValue(options, value);

    /// <summary>Reads a value of the option's type; the range is checked by <see cref="StreamOptions.Faults"/>.</summary>
    /// <returns>False when the text is not of the type.</returns>
    internal bool TryParse(string text, out object value)
    {
        (bool parsed, value) = Default switch
        {
            bool => (bool.TryParse(text, out bool flag), (object)flag),
            int => (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int small), small),
            long => (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large), large),
            _ => (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number), number),
        };
        return parsed;
    }

    /// <summary>What is wrong with the value that the options hold, or null.</summary>
    internal string? FaultOf(StreamOptions options)
    {
        IComparable value = (IComparable)_property.GetValue(options)!;
        bool inside = (Minimum is null || value.CompareTo(Minimum) >= 0) && (Maximum is null || value.CompareTo(Maximum) <= 0);
        return inside ? null : FaultText(string.Create(CultureInfo.InvariantCulture, $"{value}"));
    }

    internal string FaultText(string found) => $"{Name} was {found}; must be {Allowed}.";
}
