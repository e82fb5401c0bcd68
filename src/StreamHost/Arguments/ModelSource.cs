using System.CommandLine;
using System.Globalization;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.StreamHost.Arguments;

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
        Description = "A JSON file {\"model\": {\"preset\": \"…\", \"options\": {\"name\": value}}}, a worker's configuration for example; --model, --seed and --set win over it.",
        HelpName = "file",
    };

    private readonly Option<string[]> _set = new("--set") { Description = "Set one option of the model; may be repeated. An unknown name lists the known ones.", HelpName = "option=value" };

    private readonly ObjectiveSource _objective = new();

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_config);
        command.Add(_set);
        _objective.AddTo(command);
    }

    /// <summary>The files that are read, with names for messages.</summary>
    public IEnumerable<(string Name, string? Path)> Inputs(ParseResult parsed) => [("--config", parsed.GetValue(_config))];

    /// <summary>Reads file, --model, --set and --objective, later wins.</summary>
    public LearnerPreset Read(ParseResult parsed)
    {
        string? name = null;
        List<KeyValuePair<string, string>> settings = [];
        if (parsed.GetValue(_config) is { } path) name = ReadFile(path, settings);
        if (parsed.GetValue(_model) is { } model)
        {
            OptionText given = OptionText.Parse(model, "model");
            if (given.Name != name) settings.Clear();
            name = given.Name;
            settings.AddRange(given.Settings);
        }
        settings.AddRange(Settings.Split(parsed.GetValue(_set)));
        settings.AddRange(_objective.Settings(parsed));
        return PresetCatalogue.Create(name ?? PresetCatalogue.Default, settings);
    }

    /// <summary>True when --model or the configuration file names the model.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_model) is not null || (parsed.GetValue(_config) is { } path && ReadFile(path, []) is not null);

    /// <summary>The seed that the configuration file gives; null when there is none.</summary>
    public long? Seed(ParseResult parsed)
        => parsed.GetValue(_config) is { } path && Configured(path, "--config").FirstOrDefault(s => s.Key == "model:seed") is { } seed
            ? long.Parse(seed.Text, CultureInfo.InvariantCulture) : null;

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The file; other sections of a worker's configuration may stand there too.</param>
    /// <param name="settings">Receives the options.</param>
    /// <param name="source">The option that named the file, for the message when it is not there.</param>
    /// <returns>The preset, or null when the file names none.</returns>
    /// <exception cref="UsageException">The file is missing.</exception>
    /// <exception cref="OptionException">The file is not a configuration.</exception>
    internal static string? ReadFile(string path, List<KeyValuePair<string, string>> settings, string source = "--config")
    {
        string? name = null;
        foreach (ConfigurationSetting setting in Configured(path, source))
        {
            if (setting.Key == "model:preset") name = setting.Text;
            else if (setting.Key.StartsWith(ConfigurationSetting.ModelPrefix, StringComparison.Ordinal))
                settings.Add(new(setting.Key[ConfigurationSetting.ModelPrefix.Length..], setting.Text));
        }
        return name;
    }

    private static IReadOnlyList<ConfigurationSetting> Configured(string path, string source)
    {
        if (!Path.Exists(path)) throw new UsageException($"{source}: the file '{path}' was not found.");
        IReadOnlyList<ConfigurationSetting> settings = ConfigurationFile.ReadModel(path);
        List<string> faults = [];
        foreach (OptionInfo option in ConfigurationKeys.OptionsOf("model"))
            if (settings.FirstOrDefault(s => s.Key == $"model:{option.Name}") is { } setting && option.FaultOf(setting.Text) is { } fault)
                faults.Add($"{path}: model:{fault}");
        return faults.Count == 0 ? settings : throw new OptionException(faults);
    }
}
