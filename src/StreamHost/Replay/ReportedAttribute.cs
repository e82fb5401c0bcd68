using System.Globalization;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Replay;

/// <summary>An attribute as a report tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Number of values that a nominal attribute has at the end; null for a numeric one.</param>
internal sealed record ReportedAttribute(string Name, int? Values)
{
    // Attributes beyond these are counted.
    private const int MostShown = 12;

    /// <summary>All attributes of a schema without the class, in order.</summary>
    public static IReadOnlyList<ReportedAttribute> Of(Schema schema) => [.. schema.Attributes.Select(a => new ReportedAttribute(a.Name, a.Domain?.Count))];

    /// <summary>How many are of which type, and the nominal ones by name, in words.</summary>
    public static string InWords(IReadOnlyList<ReportedAttribute> attributes)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        ReportedAttribute[] nominal = [.. attributes.Where(a => a.Values is not null)];
        string named = string.Join(", ", nominal.Take(MostShown).Select(a => string.Create(culture, $"{a.Name} ({a.Values:N0})")));
        return string.Create(culture, $"{attributes.Count - nominal.Length:N0} numeric, {nominal.Length:N0} nominal{(nominal.Length > 0 ? ": " : "")}{named}{(nominal.Length > MostShown ? ", …" : "")}");
    }
}
