using StreamMoe.Experts.Baselines;
using StreamMoe.Experts.Bayes;
using StreamMoe.Experts.Ensembles;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams.Options;
using Settings = System.Collections.Generic.IEnumerable<System.Collections.Generic.KeyValuePair<string, string>>;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>All models by name. A new one needs its file and a line here.</summary>
public static class PresetCatalogue
{
    /// <value>The model that is used when none is named.</value>
    public const string Default = "adaptive";

    private static readonly (string Name, Func<string, Settings, LearnerPreset> Make)[] s_presets =
    [
        ("adaptive", static (name, settings) => LearnerPreset.Of<AdaptiveOptions>(name, settings, static (schema, options, seed, lanes) => new AdaptiveLearner(schema, options, seed, lanes))),
        ("moe-data", static (name, settings) => LearnerPreset.Of<MoeDataOptions>(name, settings, static (schema, options, seed, lanes) => new MoeDataLearner(schema, options, seed, lanes))),
        ("moe-task", static (name, settings) => LearnerPreset.Of<MoeTaskOptions>(name, settings, static (schema, options, seed, lanes) => new MoeTaskLearner(schema, options, seed, lanes))),
        ("hoeffding-tree", static (name, settings) => LearnerPreset.Of<HoeffdingTreeOptions>(name, settings, static (schema, options, _, _) => new SingleExpertLearner(schema, new HoeffdingTree(schema, options)))),
        ("hoeffding-adaptive-tree", static (name, settings) => LearnerPreset.Of<HoeffdingTreeOptions>(name, settings, static (schema, options, _, _) => new SingleExpertLearner(schema, new HoeffdingAdaptiveTree(schema, options)))),
        ("leveraging-bagging", static (name, settings) => LearnerPreset.Of<LeveragingBaggingOptions>(name, settings, static (schema, options, seed, _) => new SingleExpertLearner(schema, new LeveragingBagging(schema, options, seed)))),
        ("adaptive-random-forest", static (name, settings) => LearnerPreset.Of<AdaptiveRandomForestOptions>(name, settings, static (schema, options, seed, _) => new SingleExpertLearner(schema, new AdaptiveRandomForest(schema, options, seed)))),
        ("streaming-random-patches", static (name, settings) => LearnerPreset.Of<StreamingRandomPatchesOptions>(name, settings, static (schema, options, seed, _) => new SingleExpertLearner(schema, new StreamingRandomPatches(schema, options, seed)))),
        ("naive-bayes", static (name, settings) => LearnerPreset.Of<NoOptions>(name, settings, static (schema, _, _, _) => new SingleExpertLearner(schema, new NaiveBayes(schema)))),
        ("majority", static (name, settings) => LearnerPreset.Of<NoOptions>(name, settings, static (schema, _, _, _) => new SingleExpertLearner(schema, new MajorityClass()))),
        ("no-change", static (name, settings) => LearnerPreset.Of<NoOptions>(name, settings, static (schema, _, _, _) => new SingleExpertLearner(schema, new NoChange()))),
    ];

    /// <value>The names of all models.</value>
    public static IReadOnlyList<string> Names { get; } = [.. s_presets.Select(p => p.Name)];

    /// <summary>Takes <c>name:option=value,option=value</c> apart.</summary>
    /// <exception cref="OptionException">A part behind the colon is not of the form option=value.</exception>
    public static (string Name, IReadOnlyList<KeyValuePair<string, string>> Settings) Split(string text)
    {
        string[] parts = text.Split(':', 2);
        List<KeyValuePair<string, string>> settings = [];
        foreach (string pair in parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            string[] sides = pair.Split('=', 2);
            if (sides.Length != 2) throw new OptionException([$"model {parts[0]}: '{pair}' was found where option=value must stand."]);
            settings.Add(new(sides[0].Trim(), sides[1].Trim()));
        }
        return (parts[0], settings);
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
