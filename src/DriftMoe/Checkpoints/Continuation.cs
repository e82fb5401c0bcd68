using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>How a run goes on from a checkpoint that another build, with other defaults, may have written.</summary>
/// <remarks>An option that was set explicitly stays as it was set; whether that fits is for <see cref="CheckpointHeader.DifferencesFrom"/> to say. One that was
/// not set is taken from the checkpoint, whatever this build's default is. One that the checkpoint does not know has the value that does what was done before
/// there was such an option (<see cref="BeforeAttribute"/>).</remarks>
internal static class Continuation
{
    /// <summary>The model of a checkpoint, as a run goes on with it.</summary>
    /// <param name="configured">The model of the run; what was set there stays.</param>
    /// <param name="isNamed">True when the model itself was named; else the checkpoint says which it is.</param>
    /// <param name="found">The checkpoint's header.</param>
    /// <exception cref="OptionException">The checkpoint's model, or an option that it has, is unknown to this build; or an option that was set is none of the
    /// checkpoint's model.</exception>
    public static LearnerPreset Model(LearnerPreset configured, bool isNamed, CheckpointHeader found)
    {
        if (found.Model != configured.Name && isNamed) return configured; // refused anyway
        LearnerPreset plain = PresetCatalogue.Create(found.Model, []);
        Dictionary<string, string> settings = Stored("", plain.Known, found);
        Dictionary<string, OptionInfo> known = plain.Known.ToDictionary(o => o.Name);
        foreach ((string name, string text) in configured.Settings)
            settings[name] = known.TryGetValue(name, out OptionInfo? option) && option.ListsExperts && settings.TryGetValue(name, out string? state)
                ? ExpertLists.Continued(text, state) : text;
        return PresetCatalogue.Create(found.Model, settings);
    }

    /// <summary>The options of a section beside the model's, as a run goes on with them.</summary>
    /// <param name="section">The section, for example <c>labels</c>.</param>
    /// <param name="configured">The options of the run.</param>
    /// <param name="isSet">Whether an option of this name was set explicitly.</param>
    /// <param name="found">The checkpoint's header.</param>
    public static T Section<T>(string section, T configured, Func<string, bool> isSet, CheckpointHeader found) where T : OptionSet, new()
    {
        IReadOnlyList<OptionInfo> known = OptionSet.Describe<T>();
        Dictionary<string, string> settings = configured.ToPairs().ToDictionary();
        foreach ((string name, string text) in Stored(section, known, found))
            if (!isSet(name)) settings[name] = text;
        return OptionSet.Bind<T>(settings, section);
    }

    /// <summary>A header with the options that it cannot know: those that came after it was written, with the values that do what was done before.</summary>
    /// <param name="found">A checkpoint's header.</param>
    /// <param name="wanted">The header of the run, which has every option of this build.</param>
    /// <param name="known">This build's options by the names that they have in a header.</param>
    public static CheckpointHeader Completed(CheckpointHeader found, CheckpointHeader wanted, IReadOnlyDictionary<string, OptionInfo> known)
    {
        Dictionary<string, string> options = found.LearningOptions.ToDictionary(StringComparer.Ordinal);
        foreach (string name in wanted.LearningOptions.Keys)
        {
            if (!known.TryGetValue(name, out OptionInfo? option)) continue;
            if (!options.TryGetValue(name, out string? text)) options[name] = Before(option);
            else if (option.ListsExperts) options[name] = ExpertLists.OfState(text);
        }
        return found with { LearningOptions = options };
    }

    /// <summary>What a reader of the log should know of a checkpoint that the run goes on from: who wrote it, if another build did, and which of its options
    /// are not this build's defaults though nobody set them.</summary>
    /// <param name="found">The checkpoint's header.</param>
    /// <param name="effective">The options that the run goes on with, by the names that they have in a header.</param>
    /// <param name="byDefault">The same as this build has them by default.</param>
    /// <param name="isSet">Whether an option of this name was set explicitly.</param>
    /// <returns>One line; null when there is nothing to tell.</returns>
    public static string? Note(CheckpointHeader found, IReadOnlyDictionary<string, string> effective, IReadOnlyDictionary<string, string> byDefault, Func<string, bool> isSet)
    {
        string[] others = [.. effective.Where(o => !isSet(o.Key) && byDefault.TryGetValue(o.Key, out string? text) && text != o.Value)
            .OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} is {Quoted(o.Value)} ({Quoted(byDefault[o.Key])} by default)")];
        string build = found.CreatedBy == CheckpointHeader.ThisBuild ? "" : $"written by {found.CreatedBy}, this is {CheckpointHeader.ThisBuild}";
        if (others.Length == 0) return build.Length == 0 ? null : build;
        return $"{build}{(build.Length == 0 ? "" : "; ")}taken from the checkpoint, not from this build's defaults: {string.Join(", ", others)}";
    }

    private static Dictionary<string, string> Stored(string section, IReadOnlyList<OptionInfo> known, CheckpointHeader found)
    {
        string prefix = section.Length == 0 ? "" : section + ":";
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach ((string name, string text) in found.LearningOptions)
            if (section.Length == 0 ? !name.Contains(':') : name.StartsWith(prefix, StringComparison.Ordinal)) settings[name[prefix.Length..]] = text;
        foreach (OptionInfo option in known)
        {
            if (option.IsOperational) settings.Remove(option.Name);
            else if (settings.TryGetValue(option.Name, out string? text)) settings[option.Name] = option.ListsExperts ? ExpertLists.OfState(text) : text;
            else settings[option.Name] = Before(option);
        }
        return settings;
    }

    private static string Before(OptionInfo option) => option.ListsExperts ? ExpertLists.OfState(option.BeforeText ?? option.DefaultText) : option.BeforeText ?? option.DefaultText;

    private static string Quoted(string text) => text.Length == 0 || text.Contains(' ') ? $"'{text}'" : text;
}
