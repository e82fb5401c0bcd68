using StreamMoe.Experts;
using StreamMoe.Streams.Options;
using Settings = System.Collections.Generic.IEnumerable<System.Collections.Generic.KeyValuePair<string, string>>;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>All models by name: the mixtures, and every kind of expert by itself. A new mixture needs its file and a line here.</summary>
public static class PresetCatalogue
{
    /// <value>The model that is used when none is named.</value>
    public const string Default = "adaptive";

    private static readonly (string Name, Func<string, Settings, LearnerPreset> Make)[] s_presets =
    [
        ("adaptive", static (name, settings) => LearnerPreset.Of<AdaptiveOptions>(name, settings, static (schema, options, seed, work) => new AdaptiveLearner(schema, options, seed, work))),
        ("moe-data", static (name, settings) => LearnerPreset.Of<MoeDataOptions>(name, settings, static (schema, options, seed, work) => new MoeDataLearner(schema, options, seed, work))),
        ("moe-task", static (name, settings) => LearnerPreset.Of<MoeTaskOptions>(name, settings, static (schema, options, seed, work) => new MoeTaskLearner(schema, options, seed, work))),
        .. ExpertCatalogue.Kinds.Select<ExpertKind, (string, Func<string, Settings, LearnerPreset>)>(kind => (kind.Name, (_, settings) => LearnerPreset.Of(kind, settings))),
    ];

    /// <value>The names of all models.</value>
    public static IReadOnlyList<string> Names { get; } = [.. s_presets.Select(p => p.Name)];

    /// <summary>Reads a model from one text: <c>name</c> or <c>name:option=value,option=value</c>.</summary>
    /// <exception cref="OptionException">As <see cref="Create"/>, or the text is not as <see cref="OptionText"/> says.</exception>
    public static LearnerPreset Parse(string text)
    {
        OptionText found = OptionText.Parse(text, "model");
        return Create(found.Name, found.Settings);
    }

    /// <summary>Makes a preset.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">Options that differ from the preset's.</param>
    /// <exception cref="OptionException">The name is unknown, or settings are: the message lists what is known.</exception>
    public static LearnerPreset Create(string name, Settings settings)
    {
        foreach ((string known, Func<string, Settings, LearnerPreset> make) in s_presets)
            if (known == name) return make(name, settings);
        throw new OptionException([$"there is no model '{name}'.{NearestName.Hint(name, Names)} Models: {string.Join(", ", Names)}."]);
    }
}
