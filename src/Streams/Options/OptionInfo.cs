using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Xml;

namespace StreamMoe.Streams.Options;

/// <summary>One option as a user sees it: name, type, default, range and meaning.</summary>
/// <remarks>Read from a property of an options record: its initial value is the default, a <see cref="RangeAttribute"/> gives the
/// range, a <see cref="DescriptionAttribute"/> the meaning in one line. These are what counts, and what users see. The property's documentation
/// says the same to programmers, in its own words and often at more length; nothing compares the two.</remarks>
public sealed class OptionInfo
{
    private readonly PropertyInfo _property;
    private readonly Func<OptionSet, OptionSet> _owner;
    private readonly RangeAttribute? _range;

    internal OptionInfo(PropertyInfo property, string prefix, Func<OptionSet, OptionSet> owner, OptionSet defaults)
    {
        _property = property;
        _owner = owner;
        _range = property.GetCustomAttribute<RangeAttribute>();
        Name = prefix + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
        Default = property.GetValue(owner(defaults))!;
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        IsOperational = property.IsDefined(typeof(OperationalAttribute));
        ListsExperts = property.IsDefined(typeof(ExpertListAttribute));
        BeforeText = property.GetCustomAttribute<BeforeAttribute>()?.Value;
    }

    /// <value>The name in camelCase, for example <c>noisePercentage</c>; an option of a nested set follows a dot: <c>tree.gracePeriod</c>.</value>
    public string Name { get; }

    /// <value>The default: a bool, int, long, float, double, string, <see cref="TimeSpan"/> or an enum.</value>
    public object Default { get; }

    /// <value>What the option does, one line.</value>
    public string Description { get; }

    /// <value>True when it says where or how something is computed, not what (see <see cref="OperationalAttribute"/>).</value>
    public bool IsOperational { get; }

    /// <value>True when the text describes experts, which have options of their own (see <see cref="ExpertListAttribute"/>).</value>
    public bool ListsExperts { get; }

    /// <value>The value that does what builds did before they had the option; null for one that was there from the beginning (see <see cref="BeforeAttribute"/>).</value>
    public string? BeforeText { get; }

    /// <value>True for a seed of a generator (its name ends in <c>RandomSeed</c>): a stream opened with a seed fills it when it is not given.</value>
    public bool IsSeed => Name.EndsWith("RandomSeed", StringComparison.Ordinal);

    /// <value>What may be given, in words: <c>true or false</c>, <c>an integer in [1, 4]</c>, <c>one of gini, information-gain</c>,
    /// <c>an ISO 8601 duration in [PT0S, PT1H]</c>.</value>
    public string Allowed => Default switch
    {
        bool => "true or false",
        double or float => _range is null ? "a number" : "a number in " + Interval,
        int or long when _range is not null => "an integer in " + Interval,
        int => "any 32-bit integer",
        long => "any 64-bit integer",
        TimeSpan => _range is null ? "an ISO 8601 duration such as PT0.5S" : "an ISO 8601 duration in " + Interval,
        Enum words => "one of " + string.Join(", ", Enum.GetNames(words.GetType()).Select(Hyphened)),
        _ => "text",
    };

    /// <summary>The value that a set of options holds, as it may be written on the command line.</summary>
    public string TextOf(OptionSet options) => Text(_property.GetValue(_owner(options))!);

    /// <value>The default as it may be written on the command line.</value>
    public string DefaultText => Text(Default);

    /// <summary>What is wrong with a text as the option's value, by type and range; null when nothing is.</summary>
    public string? FaultOf(string text) => TryParse(text, out object value) && IsInside(value) ? null : FaultText($"'{text}'");

    internal void Set(OptionSet options, object value) => _property.SetValue(_owner(options), value);

    /// <summary>Reads a value of the option's type; the range is checked by <see cref="OptionSet.Faults"/>.</summary>
    /// <returns>False when the text is not of the type.</returns>
    internal bool TryParse(string text, out object value)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        object? found = Default switch
        {
            bool => bool.TryParse(text, out bool flag) ? flag : null,
            int => int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out int small) ? small : null,
            long => long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out long large) ? large : null,
            float => float.TryParse(text, NumberStyles.Float, invariant, out float single) && float.IsFinite(single) ? single : null,
            double => double.TryParse(text, NumberStyles.Float, invariant, out double number) && double.IsFinite(number) ? number : null,
            TimeSpan => Duration(text),
            Enum words => Enum.GetNames(words.GetType()).FirstOrDefault(w => string.Equals(Hyphened(w), text, StringComparison.OrdinalIgnoreCase)) is { } word
                ? Enum.Parse(words.GetType(), word) : null,
            _ => text,
        };
        value = found ?? Default;
        return found is not null;
    }

    /// <summary>What is wrong with the value that the options hold, or null.</summary>
    internal string? FaultOf(OptionSet options)
    {
        object value = _property.GetValue(_owner(options))!;
        return IsInside(value) ? null : FaultText(Text(value));
    }

    private bool IsInside(object value) => value switch
    {
        Enum word => Enum.IsDefined(word.GetType(), word),
        float single => float.IsFinite(single) && InRange(single),
        double number => double.IsFinite(number) && InRange(number),
        TimeSpan span => InRange(span.TotalSeconds),
        int or long => InRange(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ => true,
    };

    internal string FaultText(string found) => $"{Name} was {found}; must be {Allowed}.";

    private bool InRange(double value)
    {
        if (_range is null) return true;
        double low = Number(_range.Minimum), high = Number(_range.Maximum);
        return (_range.MinimumIsExclusive ? value > low : value >= low) && (_range.MaximumIsExclusive ? value < high : value <= high);
    }

    /// <summary>A bound of a range: a number, or the seconds of a duration written as text.</summary>
    private static double Number(object bound)
        => bound is string text ? XmlConvert.ToTimeSpan(text).TotalSeconds : Convert.ToDouble(bound, CultureInfo.InvariantCulture);

    private static TimeSpan? Duration(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }

    private string Interval => string.Create(CultureInfo.InvariantCulture,
        $"{(_range!.MinimumIsExclusive ? '(' : '[')}{_range.Minimum}, {_range.Maximum}{(_range.MaximumIsExclusive ? ')' : ']')}");

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        Enum word => Hyphened(word.ToString()),
        TimeSpan duration => XmlConvert.ToString(duration),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Hyphened(string word)
        => string.Concat(word.Select((c, i) => (i > 0 && char.IsUpper(c) ? "-" : "") + char.ToLowerInvariant(c)));
}
