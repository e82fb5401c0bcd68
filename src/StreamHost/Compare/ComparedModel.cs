using StreamMoe.DriftMoe.Presets;
using StreamMoe.StreamHost.Arguments;

namespace StreamMoe.StreamHost.Compare;

/// <summary>One of the models of a comparison.</summary>
/// <param name="Name">How it is named in the results: the text of --models, or the name of its configuration file without folder and ending.</param>
/// <param name="Preset">How it is made.</param>
internal sealed record ComparedModel(string Name, LearnerPreset Preset)
{
    /// <summary>What a report tells of it.</summary>
    public ReportedModel Reported => new(Name, Preset.Name,
        [.. Preset.Options.Where((o, i) => !Preset.Known[i].IsOperational || o.Value != Preset.Known[i].DefaultText)]);

    /// <summary>Reads the text of --models.</summary>
    /// <exception cref="UsageException">A model is missing or named twice, or a configuration file cannot be read.</exception>
    /// <exception cref="Streams.Options.OptionException">A model or an option is unknown, or a value is out of its range.</exception>
    public static IReadOnlyList<ComparedModel> ReadAll(string text)
    {
        List<ComparedModel> models = [];
        foreach (string part in Split(text))
        {
            ComparedModel model = Read(part);
            if (models.Exists(m => m.Name == model.Name)) throw new UsageException($"--models has '{model.Name}' twice; every model must have a name of its own.");
            models.Add(model);
        }
        return models;
    }

    /// <summary>Splits the text at the commas between models: a part with '=' and no ':' before it goes on with the options of the model before it.</summary>
    /// <returns>At least one text, none of them empty.</returns>
    /// <exception cref="UsageException">A part is empty, or an option stands where there is no model to have it.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        List<string> models = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Length == 0) throw new UsageException($"--models was '{text}'; must be names separated by commas, none of them empty.");
            int equals = part.IndexOf('='), colon = part.IndexOf(':');
            bool isOption = equals >= 0 && (colon < 0 || equals < colon);
            if (!isOption) models.Add(part);
            else if (models.Count > 0 && models[^1].Contains(':')) models[^1] += $",{part}";
            else throw new UsageException($"--models: '{part}' was found where a model must be; a model's options follow a colon, as in moe-data:topK=2,experts=6.");
        }
        return models;
    }

    private static ComparedModel Read(string text)
    {
        if (text.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            List<KeyValuePair<string, string>> fromFile = [];
            string? preset = ModelSource.ReadFile(text, fromFile, "--models");
            return new ComparedModel(Path.GetFileNameWithoutExtension(text), PresetCatalogue.Create(preset ?? PresetCatalogue.Default, fromFile));
        }
        return new ComparedModel(text, PresetCatalogue.Parse(text));
    }
}
