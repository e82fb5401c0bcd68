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
                    ? $"'{tokens[i]}' was found where a stream must be; a composition is 'A @position/width B', and so on."
                    : $"'{tokens[i]}' was found where a drift '@position/width' must be.");
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
            OptionText given = ReadOptions(token, options, []);
            foreach (OptionInfo option in generator.Options)
                if (option.IsSeed && given.Settings.All(s => s.Key != option.Name)) option.Set(options, seed);
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
        IEnumerable<KeyValuePair<string, string>> given = names.Zip(figures, KeyValuePair.Create);
        if (names.Length == 2)
        {
            ConceptDriftOptions options = new();
            ReadOptions(token, options, given);
            return (before, after) => new ConceptDriftStream(before, after, options);
        }
        RecurrentConceptDriftOptions recurrent = new();
        ReadOptions(token, recurrent, given);
        return (before, after) => new RecurrentConceptDriftStream(before, after, recurrent);
    }

    /// <summary>Reads options given by place, then those after the token's colon.</summary>
    private OptionText ReadOptions(string token, OptionSet options, IEnumerable<KeyValuePair<string, string>> byPlace)
    {
        string owner = $"'{token}'";
        OptionText given = OptionText.Read(token, owner, byPlace, _faults);
        _faults.AddRange(options.Apply(given.Settings, owner));
        return given;
    }

    private static IEnumerable<string> Names
        => StreamCatalogue.NamedStreams.Select(s => s.Name).Union(StreamCatalogue.Generators.Select(g => g.Name));

    private static string KnownNames
        => $"Streams: {string.Join(", ", StreamCatalogue.NamedStreams.Select(s => s.Name))}. Generators: {string.Join(", ", StreamCatalogue.Generators.Select(g => g.Name))}.";
}
