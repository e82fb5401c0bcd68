using StreamMoe.Streams.Options;

namespace StreamMoe.Experts;

/// <summary>What a description of an expert says, and no more: what it leaves out is left to whoever reads it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Settings">The options that it names, with their texts.</param>
/// <param name="View">The view that it names; null for none.</param>
internal sealed record ExpertText(ExpertKind Kind, IReadOnlyList<KeyValuePair<string, string>> Settings, ExpertView? View)
{
    /// <summary>Takes a description apart; values are not looked at.</summary>
    /// <exception cref="OptionException">The kind or the view is unknown, or a part is not of the form option=value.</exception>
    public static ExpertText Of(string text)
    {
        string[] sides = text.Trim().Split('@', 2, StringSplitOptions.TrimEntries);
        OptionText found = OptionText.Parse(sides[0], "expert");
        ExpertKind kind = ExpertCatalogue.Find(found.Name);
        return new ExpertText(kind, found.Settings, sides.Length == 1 ? null : ExpertCatalogue.ViewOf(sides[1], text));
    }

    /// <summary>The expert with these options, and the view that is named, or else another.</summary>
    /// <param name="settings">Options by name; those that are left out have their defaults.</param>
    /// <param name="otherwise">The view where none is named; null = the kind's.</param>
    /// <exception cref="OptionException">An option is unknown, or a value cannot be read or is out of its range.</exception>
    public ExpertSpec Complete(IEnumerable<KeyValuePair<string, string>> settings, ExpertView? otherwise = null)
        => Kind.With(settings, $"expert {Kind.Name}") with { View = View ?? otherwise ?? Kind.View };

    /// <summary>Takes apart a list whose descriptions are separated by blanks.</summary>
    public static ExpertText[] ListOf(string texts) => [.. texts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Of)];
}
