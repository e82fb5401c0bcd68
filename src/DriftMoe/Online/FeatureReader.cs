using System.Globalization;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Online;

/// <summary>Makes a row of values by name.</summary>
internal static class FeatureReader
{
    /// <summary>Reads a row.</summary>
    /// <param name="schema">The attributes.</param>
    /// <param name="features">Values by attribute name.</param>
    /// <param name="row">Receives a value an attribute; NaN where there is none.</param>
    /// <param name="grow">True when new nominal values are added to their domains.</param>
    public static void Read(Schema schema, IReadOnlyDictionary<string, object?> features, Span<double> row, bool grow)
    {
        row.Fill(double.NaN);
        foreach ((string name, object? value) in features)
        {
            int index = schema.IndexOf(name);
            if (index < 0)
                throw new ArgumentException($"'{name}' is no attribute; the schema has {string.Join(", ", schema.Attributes.Select(a => $"'{a.Name}'"))}.", nameof(features));
            if (value is null) continue;
            SchemaAttribute attribute = schema.Attributes[index];
            row[index] = attribute.Domain is { } domain ? Nominal(domain, TextOf(attribute, value), grow) : Number(attribute, value);
        }
    }

    /// <summary>The index of a value. One that is new gets the next index: what it will be when it is learned; NaN beyond the cap.</summary>
    public static double Nominal(NominalDomain domain, string value, bool grow)
    {
        if (domain.TryGetIndex(value, out int index)) return index;
        if (domain.Count == domain.Cap) return double.NaN;
        if (grow) domain.TryGetOrAdd(value, out _);
        return grow ? domain.Count - 1 : domain.Count;
    }

    private static string TextOf(SchemaAttribute attribute, object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        Enum member => member.ToString(),
        _ => throw new ArgumentException($"Attribute '{attribute.Name}' was {value} ({value.GetType().Name}); a nominal attribute takes text, a boolean or an enum member."),
    };

    private static double Number(SchemaAttribute attribute, object value)
        => value is IConvertible number and not (string or bool or char or DateTime or Enum)
            ? number.ToDouble(CultureInfo.InvariantCulture)
            : throw new ArgumentException($"Attribute '{attribute.Name}' was '{value}' ({value.GetType().Name}); a numeric attribute takes a number.");
}
