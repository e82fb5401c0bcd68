using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Everything besides the records that a partition's state depends on.</summary>
/// <param name="Model">The model.</param>
/// <param name="Seed">Seeds everything that is random; the same for every partition.</param>
/// <param name="Schema">Where the schema comes from, and its caps.</param>
/// <param name="Labels">Limits of waiting for labels.</param>
internal sealed record LearningSetup(LearnerPreset Model, long Seed, SchemaOptions Schema, LabelOptions Labels)
{
    /// <summary>Name of <see cref="Learners"/> in a checkpoint's header.</summary>
    public const string LearnersKey = "model:learners";

    /// <value>How many learners share the partitions, as <see cref="ModelOptions.Learners"/>. The default is 1.</value>
    public string Learners { get; init; } = "1";

    /// <value>Configuration keys that were set explicitly, for example <c>labels:maxCount</c>; those of the model's own options are in
    /// <see cref="LearnerPreset.Settings"/>. What was not set is taken from a checkpoint that a partition goes on from.</value>
    public IReadOnlySet<string> SetKeys { get; init; } = new HashSet<string>();

    /// <value>This build's learning options by the names that they have in a checkpoint's header.</value>
    public IReadOnlyDictionary<string, OptionInfo> Known
    {
        get
        {
            Dictionary<string, OptionInfo> known = Model.Known.ToDictionary(o => o.Name);
            foreach (OptionInfo option in OptionSet.Describe<LabelOptions>()) known["labels:" + option.Name] = option;
            foreach (OptionInfo option in OptionSet.Describe<EventOptions>()) known["events:" + option.Name] = option;
            foreach (OptionInfo option in OptionSet.Describe<SchemaOptions>()) known["schema:" + option.Name] = option;
            known[LearnersKey] = OptionSet.Describe<ModelOptions>().Single(o => LearnersKey == "model:" + o.Name);
            return known;
        }
    }

    /// <summary>What of a configuration a state depends on.</summary>
    public static LearningSetup Of(WorkerConfiguration configuration) => new(configuration.Preset, configuration.Model.Seed, configuration.Schema, configuration.Labels)
    {
        Events = configuration.Events,
        Learners = configuration.Model.Learners,
        SetKeys = configuration.Entries.Where(e => e.Origin != ConfigurationEntry.ByDefault).Select(e => e.Key).ToHashSet(),
    };

    /// <summary>True when an option was set explicitly.</summary>
    /// <param name="name">Its name in a checkpoint's header.</param>
    public bool IsSet(string name) => name.Contains(':') ? SetKeys.Contains(name) : Model.Settings.Any(s => s.Key == name);

    /// <summary>The setup of a partition that goes on from a checkpoint.</summary>
    /// <exception cref="OptionException">The checkpoint has what this build does not know.</exception>
    public LearningSetup GoingOnFrom(CheckpointHeader found) => WithModelOf(found) with
    {
        Events = Continuation.Section("events", Events, name => name == "passHeaders" || IsSet("events:" + name), found),
        Schema = Continuation.Section("schema", Schema, name => name == "file" || IsSet("schema:" + name), found),
        Labels = Continuation.Section("labels", Labels, name => IsSet("labels:" + name), found),
    };

    /// <summary>The setup of a partition that begins with a checkpoint's learner: model and seed alone are the checkpoint's.</summary>
    /// <exception cref="OptionException">The checkpoint has what this build does not know.</exception>
    public LearningSetup WithModelOf(CheckpointHeader found) => this with
    {
        Model = Continuation.Model(Model, SetKeys.Contains("model:preset"), found),
        Seed = SetKeys.Contains("model:seed") ? Seed : found.Seed,
    };

    /// <value>How records are read as events. The default is JSON.</value>
    public EventOptions Events { get; init; } = new();
}
