namespace StreamMoe.Streams.Options;

/// <summary>What is written <c>name</c> or <c>name:option=value,option=value</c>: a stream, a model, an expert or a detector with its options.</summary>
/// <remarks>Blanks around names and values are nothing. Each part between commas must be an option with its value, so none may be empty, and no option
/// may be given twice. Which options there are, and their values, is checked when they are bound.</remarks>
public sealed class OptionText
{
    private OptionText(string name, IReadOnlyList<KeyValuePair<string, string>> settings) => (Name, Settings) = (name, settings);

    /// <value>What stands before the colon; may be empty.</value>
    public string Name { get; }

    /// <value>The options by name, as text, in the order of the text.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; }

    /// <summary>Takes a text apart.</summary>
    /// <param name="text">For example <c>adwin:deltaAdwin=0.01</c>.</param>
    /// <param name="sort">What it names, for the messages: <c>model</c>, <c>expert</c>, <c>detector</c>.</param>
    /// <exception cref="OptionException">A part after the colon is not of the form option=value, or an option is given twice; all faults are named.</exception>
    public static OptionText Parse(string text, string sort)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> faults = [];
        OptionText found = Read(text, $"{sort} {text.Split(':', 2)[0].Trim()}", [], faults);
        return faults.Count == 0 ? found : throw new OptionException(faults);
    }

    /// <summary>Takes a text apart and collects its faults.</summary>
    /// <param name="text">The text.</param>
    /// <param name="owner">Whose options these are, for the messages.</param>
    /// <param name="byPlace">Options that were given by their place, before the colon.</param>
    /// <param name="faults">Receives one sentence a fault.</param>
    internal static OptionText Read(string text, string owner, IEnumerable<KeyValuePair<string, string>> byPlace, List<string> faults)
    {
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        List<KeyValuePair<string, string>> settings = [.. byPlace];
        foreach (string part in parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.TrimEntries) : [])
        {
            string[] sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length != 2) faults.Add($"{owner}: '{part}' was found where option=value must be.");
            else if (settings.Exists(s => s.Key == sides[0])) faults.Add($"{owner}: {sides[0]} is given twice; must be given once.");
            else settings.Add(new(sides[0], sides[1]));
        }
        return new OptionText(parts[0], settings);
    }
}
