using StreamMoe.Streams.Options;

namespace StreamMoe.Experts;

/// <summary>Lists of experts as they stand in states: written out in full, so that nothing depends on the defaults of the build that reads them.</summary>
internal static class ExpertLists
{
    /// <summary>Writes a list out: every learning option of each expert, and its view. Where something is computed is left out.</summary>
    /// <param name="experts">Descriptions as <see cref="ExpertCatalogue.Parse"/> reads them, separated by blanks; may be empty.</param>
    /// <exception cref="OptionException">One of them cannot be read.</exception>
    public static string InFull(string experts)
        => string.Join(' ', experts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => ExpertCatalogue.Parse(text).ToFullString()));

    /// <summary>Writes out the list of a state, which another build may have written: an option that it does not name gets the value that does what was done
    /// before there was such an option.</summary>
    /// <exception cref="OptionException">A kind or an option is unknown to this build, or a value cannot be read.</exception>
    public static string OfState(string experts) => string.Join(' ', ExpertText.ListOf(experts).Select(text => OfState(text).ToFullString()));

    /// <summary>The list that goes on from a state: what was said explicitly, completed by what the state has in the same place.</summary>
    /// <param name="said">Descriptions of this run; where nets are computed is taken from them too.</param>
    /// <param name="state">The state's list.</param>
    /// <exception cref="OptionException">One of them cannot be read.</exception>
    public static string Continued(string said, string state)
    {
        ExpertText[] own = ExpertText.ListOf(said), other = ExpertText.ListOf(state);
        return string.Join(' ', own.Select((text, at) => at < other.Length && other[at].Kind == text.Kind ? Continued(text, OfState(other[at])) : text.Complete(text.Settings).ToFullString(withDevices: true)));
    }

    private static ExpertSpec OfState(ExpertText text)
    {
        Dictionary<string, string> settings = text.Kind.Options.Where(o => o.BeforeText is not null).ToDictionary(o => o.Name, o => o.BeforeText!);
        foreach ((string name, string value) in text.Settings) settings[name] = value;
        return text.Complete(settings);
    }

    private static string Continued(ExpertText text, ExpertSpec state)
    {
        Dictionary<string, string> settings = text.Kind.Options.Where(o => !o.IsOperational).ToDictionary(o => o.Name, o => o.TextOf(state.Options));
        foreach ((string name, string value) in text.Settings) settings[name] = value;
        return text.Complete(settings, state.View).ToFullString(withDevices: true);
    }
}
