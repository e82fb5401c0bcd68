using System.CommandLine;
using System.Text.Json;
using StreamMoe.DriftMoe.Presets;

namespace StreamMoe.StreamHost.Commands;

/// <summary>The options of a command that say which model learns, and with which settings.</summary>
internal sealed class ModelSource
{
    private readonly Option<string?> _model = new("--model")
    {
        Description = $"The model: {string.Join(", ", PresetCatalogue.Names)}; options may follow, as in moe-data:topK=2. The default is {PresetCatalogue.Default}.",
        HelpName = "preset",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "A JSON file {\"model\": {\"preset\": \"…\", \"options\": {\"name\": value}}}; --model and --set win over it.",
        HelpName = "file",
    };

    private readonly Option<string[]> _set = new("--set") { Description = "Set one option of the model; may be repeated. An unknown name lists the known ones.", HelpName = "option=value" };

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_config);
        command.Add(_set);
    }

    /// <summary>Reads file, --model and --set, later wins.</summary>
    public LearnerPreset Read(ParseResult parsed)
    {
        string? name = null;
        List<KeyValuePair<string, string>> settings = [];
        if (parsed.GetValue(_config) is { } path) name = ReadFile(path, settings);
        if (parsed.GetValue(_model) is { } model)
        {
            (string preset, IReadOnlyList<KeyValuePair<string, string>> options) = PresetCatalogue.Split(model);
            if (preset != name) settings.Clear();
            name = preset;
            settings.AddRange(options);
        }
        settings.AddRange(Settings.Split(parsed.GetValue(_set)));
        return PresetCatalogue.Create(name ?? PresetCatalogue.Default, settings);
    }

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Receives the options.</param>
    /// <param name="source">The option that named the file, for the message when it is not there.</param>
    /// <returns>The preset, or null when the file names none.</returns>
    /// <exception cref="UsageException">The file is missing, or is not a configuration.</exception>
    internal static string? ReadFile(string path, List<KeyValuePair<string, string>> settings, string source = "--config")
    {
        if (!File.Exists(path)) throw new UsageException($"{source}: the file '{path}' was not found.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            string? name = null;
            foreach (JsonProperty section in Members(document.RootElement, path, "the file"))
            {
                if (section.Name != "model") throw new UsageException($"{path}: unknown section '{section.Name}'; known: model.");
                foreach (JsonProperty key in Members(section.Value, path, "model"))
                {
                    if (key.Name == "preset") name = key.Value.GetString();
                    else if (key.Name == "options")
                        foreach (JsonProperty option in Members(key.Value, path, "model:options"))
                            settings.Add(new(option.Name, option.Value.ValueKind == JsonValueKind.String ? option.Value.GetString()! : option.Value.GetRawText()));
                    else throw new UsageException($"{path}: unknown key 'model:{key.Name}'; known: model:preset, model:options.");
                }
            }
            return name;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UsageException($"{path} is not a configuration: {e.Message}");
        }
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement element, string path, string what)
        => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw new UsageException($"{path}: {what} must be a JSON object.");
}
