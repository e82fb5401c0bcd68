using StreamMoe.Streams.Composition;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Catalogue;

/// <summary>Reads the text of one stream; used once.</summary>
internal sealed class StreamTextParser(string text, long seed)
{
    private readonly List<string> _faults = [];

    public InstanceStream Open()
    {
        string[] tokens = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (tokens.Length == 0) _faults.Add($"nothing found; must name a stream. {KnownNames}");

        List<Func<InstanceStream>> concepts = [];
        List<Func<InstanceStream, InstanceStream, InstanceStream>> drifts = [];
        for (int i = 0; i < tokens.Length; i++)
        {
            bool isDrift = tokens[i].StartsWith('@');
            if (isDrift != (i % 2 == 1))
            {
                _faults.Add(isDrift
                    ? $"'{tokens[i]}' was found where a stream must stand; a composition is 'A @position/width B', and so on."
                    : $"'{tokens[i]}' was found where a drift '@position/width' must stand.");
                break;
            }
            if (isDrift) drifts.Add(ReadDrift(tokens[i]));
            else concepts.Add(ReadConcept(tokens[i]));
        }
        if (_faults.Count == 0 && drifts.Count == concepts.Count)
            _faults.Add($"the text ends with the drift '{tokens[^1]}'; a stream that takes over must follow it.");
        if (_faults.Count > 0) throw new StreamFormatException(text, _faults);
        return Make(concepts, drifts);
    }

    private InstanceStream Make(List<Func<InstanceStream>> concepts, List<Func<InstanceStream, InstanceStream, InstanceStream>> drifts)
    {
        try
        {
            InstanceStream stream = concepts[0]();
            for (int i = 0; i < drifts.Count; i++) stream = drifts[i](stream, concepts[i + 1]());
            return stream;
        }
        catch (ArgumentException e)
        {
            throw new StreamFormatException(text, [e.Message], e);
        }
    }

    private Func<InstanceStream> ReadConcept(string token)
    {
        string name = token.Split(':', 2)[0];
        if (StreamCatalogue.Generators.FirstOrDefault(g => g.Name == name) is { } generator)
        {
            OptionSet options = generator.Defaults();
            HashSet<string> given = ReadOptions(token, options, generator.Options, []);
            foreach (OptionInfo option in generator.Options)
                if (option.IsSeed && !given.Contains(option.Name)) option.Set(options, seed);
            return () => generator.Make(options);
        }
        NamedStream? named = StreamCatalogue.NamedStreams.FirstOrDefault(s => s.Name == name);
        if (named is null) _faults.Add($"'{name}' is unknown.{NearestName.Hint(name, Names)} {KnownNames}");
        else if (token.Contains(':')) _faults.Add($"'{token}': the named stream '{name}' takes no options; to change it write it out: {named.Text}");
        else return () => StreamCatalogue.Open(named.Text, seed);
        return () => throw new InvalidOperationException("A text with faults is not opened.");
    }

    private Func<InstanceStream, InstanceStream, InstanceStream> ReadDrift(string token)
    {
        string[] figures = token[1..].Split(':', 2)[0].Split('/');
        string[] names = figures.Length == 2
            ? ["position", "width"]
            : ["position", "width", "widthRecurrence", "stabPeriod", "numRep"];
        if (figures.Length != names.Length)
        {
            _faults.Add($"'{token}' has {figures.Length} figures; must be '@position/width' or '@position/width/widthRecurrence/stabPeriod/numRep'.");
            return (_, _) => throw new InvalidOperationException("A text with faults is not opened.");
        }
        IEnumerable<(string, string)> given = names.Zip(figures);
        if (names.Length == 2)
        {
            ConceptDriftOptions options = new();
            ReadOptions(token, options, OptionSet.Describe<ConceptDriftOptions>(), given);
            return (before, after) => new ConceptDriftStream(before, after, options);
        }
        RecurrentConceptDriftOptions recurrent = new();
        ReadOptions(token, recurrent, OptionSet.Describe<RecurrentConceptDriftOptions>(), given);
        return (before, after) => new RecurrentConceptDriftStream(before, after, recurrent);
    }

    /// <summary>Reads options given by place, then those written <c>name=value</c> after the token's colon.</summary>
    /// <returns>The names that were given.</returns>
    private HashSet<string> ReadOptions(string token, OptionSet options, IReadOnlyList<OptionInfo> known, IEnumerable<(string Name, string Value)> byPlace)
    {
        List<(string Name, string Value)> pairs = [.. byPlace];
        int colon = token.IndexOf(':');
        string[] written = colon < 0 ? [] : token[(colon + 1)..].Split(',');
        foreach (string pair in written)
        {
            string[] parts = pair.Split('=', 2);
            if (parts.Length == 2) pairs.Add((parts[0], parts[1]));
            else _faults.Add($"'{token}': '{pair}' was found where 'option=value' must stand.");
        }

        HashSet<string> given = new(StringComparer.Ordinal);
        foreach ((string name, string value) in pairs)
        {
            OptionInfo? option = known.FirstOrDefault(o => o.Name == name);
            if (option is null)
            {
                IEnumerable<string> names = known.Select(o => o.Name);
                _faults.Add($"'{token}': there is no option '{name}'.{NearestName.Hint(name, names)} Options: {string.Join(", ", names)}.");
            }
            else if (!given.Add(name)) _faults.Add($"'{token}': {name} is given twice; must be given once.");
            else if (option.TryParse(value, out object parsed)) option.Set(options, parsed);
            else _faults.Add($"'{token}': {option.FaultText($"'{value}'")}");
        }
        _faults.AddRange(options.Faults().Select(fault => $"'{token}': {fault}"));
        return given;
    }

    private static IEnumerable<string> Names
        => StreamCatalogue.NamedStreams.Select(s => s.Name).Union(StreamCatalogue.Generators.Select(g => g.Name));

    private static string KnownNames
        => $"Streams: {string.Join(", ", StreamCatalogue.NamedStreams.Select(s => s.Name))}. Generators: {string.Join(", ", StreamCatalogue.Generators.Select(g => g.Name))}.";
}
