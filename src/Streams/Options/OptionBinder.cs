using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace StreamMoe.Streams.Options;

/// <summary>Reads, checks and prints options records by their properties: one place for names, ranges and error texts.</summary>
/// <remarks>
/// An options record has settable (init) properties of the types int, long, double, float, bool, string, an enum, or a nested
/// options record; ranges are stated by <see cref="OptionRangeAttribute"/>. Names on the command line are the property names in
/// camelCase; words of enums are written with hyphens (<c>InfoGain</c> = <c>info-gain</c>).
/// </remarks>
public static class OptionBinder
{
    /// <summary>Copies a record and sets the named options.</summary>
    /// <param name="defaults">The record to start from; it is not changed.</param>
    /// <param name="settings">Name and text of each option to set.</param>
    /// <param name="owner">Who has these options, for messages: for example <c>model moe-data</c>.</param>
    /// <exception cref="OptionException">Unknown names, malformed values and values out of range, all of them.</exception>
    public static T Bind<T>(T defaults, IEnumerable<KeyValuePair<string, string>> settings, string owner) where T : class
    {
        T options = (T)Clone(defaults);
        List<string> faults = [];
        foreach ((string name, string text) in settings)
        {
            (object target, PropertyInfo property)? found = Find(options, name);
            if (found is not var (target, property))
                faults.Add($"{owner} has no option '{name}'; it has: {string.Join(", ", Describe(defaults).Select(o => o.Name))}.");
            else if (!TryParse(property.PropertyType, text, out object? value))
                faults.Add($"{owner}: option {name} was '{text}'; must be {AllowedText(property)}.");
            else
                property.SetValue(target, value);
        }
        faults.AddRange(Faults(options, owner));
        return faults.Count == 0 ? options : throw new OptionException(faults);
    }

    /// <summary>Checks every range of a record and its nested records.</summary>
    /// <exception cref="OptionException">Values out of range, all of them.</exception>
    public static void Check(object options, string owner)
    {
        List<string> faults = [.. Faults(options, owner)];
        if (faults.Count > 0) throw new OptionException(faults);
    }

    /// <summary>Lists all options of a record with their present values and what is allowed, nested records flattened.</summary>
    public static IReadOnlyList<OptionInfo> Describe(object options)
        => [.. Flatten(options, "").Select(o => new OptionInfo(o.Name, Text(o.Property.GetValue(o.Target)), AllowedText(o.Property)))];

    /// <summary>Takes <c>a=1,b=2</c> apart.</summary>
    /// <exception cref="OptionException">A part has no '='.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Split(string text, string owner)
    {
        List<KeyValuePair<string, string>> settings = [];
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=');
            if (equals <= 0) throw new OptionException([$"{owner}: '{part}' is not of the form option=value."]);
            settings.Add(new(part[..equals].Trim(), part[(equals + 1)..].Trim()));
        }
        return settings;
    }

    private static IEnumerable<string> Faults(object options, string owner)
    {
        foreach ((string name, object target, PropertyInfo property) in Flatten(options, ""))
        {
            object? value = property.GetValue(target);
            if (property.GetCustomAttribute<OptionRangeAttribute>() is { } range && !range.Contains(Convert.ToDouble(value, CultureInfo.InvariantCulture)))
                yield return $"{owner}: option {name} was {Text(value)}; must be in {range}.";
            if (property.PropertyType.IsEnum && !Enum.IsDefined(property.PropertyType, value!))
                yield return $"{owner}: option {name} was {value}; must be {AllowedText(property)}.";
        }
    }

    private static IEnumerable<(string Name, object Target, PropertyInfo Property)> Flatten(object options, string prefix)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is null) continue;
            string name = prefix + CamelCase(property.Name);
            if (IsNested(property.PropertyType))
            {
                foreach (var inner in Flatten(property.GetValue(options)!, name + ".")) yield return inner;
            }
            else
            {
                yield return (name, options, property);
            }
        }
    }

    private static (object, PropertyInfo)? Find(object options, string name)
    {
        foreach ((string known, object target, PropertyInfo property) in Flatten(options, ""))
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) return (target, property);
        return null;
    }

    private static object Clone(object record)
    {
        object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        foreach (PropertyInfo property in copy.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            if (property.SetMethod is not null && IsNested(property.PropertyType))
                property.SetValue(copy, Clone(property.GetValue(copy)!));
        return copy;
    }

    private static bool IsNested(Type type) => type.IsClass && type != typeof(string) && type.GetMethod("<Clone>$") is not null;

    private static bool TryParse(Type type, string text, out object? value)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        value = null;
        if (type == typeof(string)) value = text;
        else if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out int i)) value = i;
        else if (type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out long l)) value = l;
        else if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, invariant, out double d) && double.IsFinite(d)) value = d;
        else if (type == typeof(float) && float.TryParse(text, NumberStyles.Float, invariant, out float f) && float.IsFinite(f)) value = f;
        else if (type == typeof(bool) && bool.TryParse(text, out bool b)) value = b;
        else if (type.IsEnum)
        {
            foreach (string word in Enum.GetNames(type))
                if (string.Equals(Hyphened(word), text, StringComparison.OrdinalIgnoreCase)) value = Enum.Parse(type, word);
        }
        return value is not null;
    }

    private static string AllowedText(PropertyInfo property)
    {
        Type type = property.PropertyType;
        if (type.IsEnum) return string.Join("|", Enum.GetNames(type).Select(Hyphened));
        if (type == typeof(bool)) return "true|false";
        if (type == typeof(string)) return "text";
        string kind = type == typeof(int) || type == typeof(long) ? "a whole number" : "a number";
        return property.GetCustomAttribute<OptionRangeAttribute>() is { } range ? $"{kind} in {range}" : kind;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool b => b ? "true" : "false",
        Enum e => Hyphened(e.ToString()),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Hyphened(string word)
    {
        DefaultInterpolatedStringHandler text = new(word.Length, 0);
        for (int i = 0; i < word.Length; i++)
        {
            if (i > 0 && char.IsUpper(word[i])) text.AppendLiteral("-");
            text.AppendFormatted(char.ToLowerInvariant(word[i]));
        }
        return text.ToStringAndClear();
    }
}
