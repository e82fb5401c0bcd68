using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Makes a worker's configuration of the settings from everywhere, and gathers all faults on the way.</summary>
internal sealed class ConfigurationBinder
{
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, ConfigurationSetting> _effective = new(StringComparer.Ordinal);
    private readonly List<ConfigurationEntry> _entries = [];

    public ConfigurationBinder(string? path, IReadOnlyDictionary<string, string> variables, IEnumerable<KeyValuePair<string, string>> set)
    {
        List<ConfigurationSetting> settings = path is null ? [] : ConfigurationFile.Read(path, _faults);
        settings.AddRange(ConfigurationVariables.Read(variables));
        settings.AddRange(set.Select(s => new ConfigurationSetting(ConfigurationSetting.Normal(s.Key), s.Value, ConfigurationSetting.CommandLine)));

        IReadOnlyList<string> modelOptions = OptionNames(settings.FindLast(s => ConfigurationKeys.Canonical(s) == "model:preset")?.Text ?? PresetCatalogue.Default);
        foreach (ConfigurationSetting setting in settings) Take(setting, modelOptions);
    }

    /// <exception cref="OptionException">All faults.</exception>
    public WorkerConfiguration Bind()
    {
        KafkaOptions kafka = Section<KafkaOptions>("kafka");
        IReadOnlyDictionary<string, string> client = Client();
        PipelineOptions pipeline = Section<PipelineOptions>("pipeline");
        LabelOptions labels = Section<LabelOptions>("labels");
        CheckpointOptions checkpoints = Section<CheckpointOptions>("checkpoints");
        ModelOptions model = Section<ModelOptions>("model");
        LearnerPreset? preset = Preset(model.Preset);
        EventOptions events = Section<EventOptions>("events");
        SchemaOptions schema = Section<SchemaOptions>("schema");
        EmbeddedOptions embedded = Section<EmbeddedOptions>("embedded");
        HttpOptions http = Section<HttpOptions>("http");
        TelemetryOptions telemetry = Section<TelemetryOptions>("telemetry");

        // A source of a secret that gives nothing is no way to say "none": a mount that failed must not open the door.
        foreach (string source in (string[])["http:token", "http:tokenFile"])
            if (_effective.TryGetValue(source, out ConfigurationSetting? given) && given.Text.Length == 0) Fault(source, "was given, and is empty; give a token, or leave the key out for none.");
        if (kafka.LabelTopic.Length > 0 && schema.File.Length == 0)
            Fault("kafka:labelTopic", $"was '{kafka.LabelTopic}' while schema:file is empty; a schema is not inferred from two topics. Give the schema in schema:file.");
        if (events.KeyAsAttribute && kafka.LabelTopic.Length > 0 && model.FixedLearners != 1)
            Fault("events:keyAsAttribute", $"was true while kafka:labelTopic is '{kafka.LabelTopic}' and model:learners '{model.Learners}'; with several learners a label comes under the id as key, like its event, and such a key tells nothing. "
                + "Set model:learners=1, where a label may come under any key, or leave events:keyAsAttribute out.");
        if (checkpoints.Store == CheckpointStoreKind.Kafka && kafka.BootstrapServers.Length == 0)
            Fault("checkpoints:store", "was kafka while kafka:bootstrapServers is empty; set kafka:bootstrapServers, or checkpoints:store to directory.");
        if (schema.File.Length > 0 && !File.Exists(schema.File)) Fault("schema:file", $"was '{schema.File}'; must be a schema file. Nothing is there.");

        if (_faults.Count > 0) throw new OptionException(_faults);
        return new WorkerConfiguration
        {
            Kafka = kafka,
            KafkaClient = client,
            Pipeline = pipeline,
            Labels = labels,
            Checkpoints = checkpoints,
            Model = model,
            Preset = preset!,
            Events = events,
            Schema = schema,
            Embedded = embedded,
            Http = http,
            Telemetry = telemetry,
            Entries = _entries,
        };
    }

    private static IReadOnlyList<string> OptionNames(string preset)
        => PresetCatalogue.Names.Contains(preset) ? [.. PresetCatalogue.Create(preset, []).Options.Select(o => o.Key)] : [];

    private void Take(ConfigurationSetting setting, IReadOnlyList<string> modelOptions)
    {
        string key = ConfigurationKeys.Canonical(setting);
        if (setting.AnyCase && key.StartsWith(ConfigurationSetting.ModelPrefix, StringComparison.Ordinal))
        {
            string name = key[ConfigurationSetting.ModelPrefix.Length..];
            key = ConfigurationSetting.ModelPrefix + (modelOptions.FirstOrDefault(o => string.Equals(o, name, StringComparison.OrdinalIgnoreCase)) ?? name.ToLowerInvariant());
        }
        if (ConfigurationKeys.Unknown(setting) is { } unknown) _faults.Add(unknown);
        else if (setting.Origin == ConfigurationSetting.CommandLine && ConfigurationSecrets.IsSecret(key)) _faults.Add($"{setting.Origin}: {ConfigurationSecrets.Refusal(key)}");
        else if (setting.AnyCase && _effective.TryGetValue(key, out ConfigurationSetting? other) && other.AnyCase)
            _faults.Add($"{setting.Origin}: {key} was also set by {other.Origin}; set one of them.");
        else _effective[key] = setting with { Key = key };
    }

    /// <summary>Reads one section. What is wrong by itself stays at its default, so that everything else can be checked too.</summary>
    private T Section<T>(string section) where T : OptionSet, new()
    {
        List<KeyValuePair<string, string>> usable = [];
        foreach (OptionInfo option in OptionSet.Describe<T>())
        {
            string key = $"{section}:{option.Name}";
            ConfigurationSetting? setting = _effective.GetValueOrDefault(key);
            if (setting is not null && option.FaultOf(setting.Text) is { } fault) _faults.Add($"{setting.Origin}: {section}:{fault}");
            else if (setting is not null) usable.Add(new(option.Name, setting.Text));
            Describe(key, option, setting?.Text ?? option.DefaultText);
        }
        try
        {
            return OptionSet.Bind<T>(usable, section);
        }
        catch (OptionException e)
        {
            foreach (string fault in e.Faults)
            {
                string text = fault[(section.Length + 2)..];
                Fault($"{section}:{text.Split(' ')[0]}", text[text.IndexOf(' ')..].TrimStart());
            }
            return new T();
        }
    }

    private IReadOnlyDictionary<string, string> Client()
    {
        const string prefix = ConfigurationSetting.ClientPrefix;
        Dictionary<string, string> client = _effective.Values.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary(s => s.Key[prefix.Length..], s => s.Text, StringComparer.Ordinal);
        foreach (string fault in KafkaClientKeys.Faults(client))
            Fault($"kafka:{fault.Split(' ')[0]}", fault[fault.IndexOf(' ')..].TrimStart());
        foreach (string name in client.Keys.DefaultIfEmpty("*"))
            _entries.Add(new ConfigurationEntry(prefix + name, "A property of librdkafka; name.file = a file that holds the value.", "", "text",
                ConfigurationSecrets.Masked(prefix + name, client.GetValueOrDefault(name, "")), OriginOf(prefix + name)));
        return client;
    }

    private LearnerPreset? Preset(string name)
    {
        const string prefix = ConfigurationSetting.ModelPrefix;
        List<KeyValuePair<string, string>> options = [.. _effective.Values.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(s => KeyValuePair.Create(s.Key[prefix.Length..], s.Text))];
        try
        {
            LearnerPreset preset = PresetCatalogue.Create(name, options);
            Dictionary<string, string> values = preset.Options.ToDictionary();
            foreach (OptionInfo option in preset.Known) Describe(prefix + option.Name, option, values[option.Name]);
            return preset;
        }
        catch (OptionException e)
        {
            foreach (string fault in e.Faults)
            {
                // Whose fault it is shows when each option is tried alone; a contradiction between several is nobody's.
                string? option = options.Find(o => FaultsOf(name, o).Contains(fault)).Key;
                string origin = OriginOf(PresetCatalogue.Names.Contains(name) ? prefix + option : "model:preset");
                _faults.Add(origin == ConfigurationEntry.ByDefault ? fault : $"{origin}: {fault}");
            }
            return null;
        }
    }

    private static IReadOnlyList<string> FaultsOf(string preset, KeyValuePair<string, string> option)
    {
        try
        {
            PresetCatalogue.Create(preset, [option]);
            return [];
        }
        catch (OptionException e)
        {
            return e.Faults;
        }
    }

    private void Describe(string key, OptionInfo option, string value)
        => _entries.Add(new ConfigurationEntry(key, Sentence(option.Description), option.DefaultText, option.Allowed, ConfigurationSecrets.Masked(key, value), OriginOf(key)));

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";

    private string OriginOf(string key) => _effective.TryGetValue(key, out ConfigurationSetting? setting) ? setting.Origin : ConfigurationEntry.ByDefault;

    private void Fault(string key, string text)
        => _faults.Add(OriginOf(key) is var origin && origin == ConfigurationEntry.ByDefault ? $"{key} {text}" : $"{origin}: {key} {text}");
}
