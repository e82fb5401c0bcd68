using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>All keys that there are. A new section needs its options record and a line here.</summary>
internal static class ConfigurationKeys
{
    private static readonly (string Section, IReadOnlyList<OptionInfo> Options)[] s_sections =
    [
        ("kafka", OptionSet.Describe<KafkaOptions>()),
        ("pipeline", OptionSet.Describe<PipelineOptions>()),
        ("labels", OptionSet.Describe<LabelOptions>()),
        ("checkpoints", OptionSet.Describe<CheckpointOptions>()),
        ("model", OptionSet.Describe<ModelOptions>()),
        ("events", OptionSet.Describe<EventOptions>()),
        ("schema", OptionSet.Describe<SchemaOptions>()),
        ("embedded", OptionSet.Describe<EmbeddedOptions>()),
        ("http", OptionSet.Describe<HttpOptions>()),
        ("telemetry", OptionSet.Describe<TelemetryOptions>()),
    ];

    /// <value>The sections in order.</value>
    public static IReadOnlyList<string> Sections { get; } = [.. s_sections.Select(s => s.Section)];

    /// <value>The keys in order, without those below <c>kafka:client:</c> and <c>model:options:</c>.</value>
    public static IReadOnlyList<string> All { get; } = [.. s_sections.SelectMany(s => s.Options.Select(o => $"{s.Section}:{o.Name}"))];

    /// <summary>The options of a section.</summary>
    public static IReadOnlyList<OptionInfo> OptionsOf(string section) => s_sections.First(s => s.Section == section).Options;

    /// <summary>The key as it is written, for one whose letters may be of either case; the same when there is none.</summary>
    public static string Canonical(ConfigurationSetting setting)
        => setting.AnyCase && All.FirstOrDefault(k => string.Equals(k, setting.Key, StringComparison.OrdinalIgnoreCase)) is { } known ? known : setting.Key;

    /// <summary>What is wrong with a key; null when there is such a key.</summary>
    public static string? Unknown(ConfigurationSetting setting)
    {
        string key = Canonical(setting);
        if (All.Contains(key) || IsFree(key)) return null;
        if (setting.AnyCase) key = key.ToLowerInvariant();
        string section = key.Split(':')[0];
        if (!Sections.Contains(section))
            return $"{setting.Origin}: there is no section '{section}' (found '{key}').{NearestName.Hint(section, Sections)} Sections: {string.Join(", ", Sections)}.";
        string known = $"Keys of {section}: {string.Join(", ", OptionsOf(section).Select(o => o.Name).Concat(section switch { "kafka" => ["client:*"], "model" => ["options:*"], _ => [] }))}.";
        return $"{setting.Origin}: there is no key '{key}'.{NearestName.Hint(key, All)} {known}";
    }

    private static bool IsFree(string key)
        => (key.StartsWith(ConfigurationSetting.ClientPrefix, StringComparison.Ordinal) && key.Length > ConfigurationSetting.ClientPrefix.Length)
            || (key.StartsWith(ConfigurationSetting.ModelPrefix, StringComparison.Ordinal) && key.Length > ConfigurationSetting.ModelPrefix.Length);
}
