using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts;
using StreamMoe.Experts.Neural;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>A model by name with its options, ready to be made for any schema.</summary>
public sealed class LearnerPreset
{
    private readonly Func<Schema, long, WorkRunner, ILearner> _create;

    private LearnerPreset(string name, IEnumerable<KeyValuePair<string, string>> settings, OptionSet options, IReadOnlyList<OptionInfo> known,
        Func<Schema, long, WorkRunner, ILearner> create)
    {
        (Name, Settings, Options, Known, _create) = (name, [.. settings], options.ToPairs(), known, create);
        LearningOptions = [.. known.Where(o => !o.IsOperational).Select(o => KeyValuePair.Create(o.Name, o.ListsExperts ? ExpertLists.InFull(o.TextOf(options)) : o.TextOf(options)))];
        IsBitExact = known.Where(o => o.IsOperational).Select(o => o.TextOf(options)).Concat(Options.SelectMany(o => ExpertDevices.In(o.Value))).All(MlpBackends.IsBitExact);
    }

    /// <value>The preset's name, for example <c>moe-data</c>.</value>
    public string Name { get; }

    /// <value>The options that were set when the preset was made, as they were written; the others have their defaults.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; }

    /// <value>Every option by name, as text.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; }

    /// <value>Every learning option by name, as text: what a checkpoint stores and compares. Experts are written out with all their options; where nets
    /// are computed is not among them.</value>
    public IReadOnlyList<KeyValuePair<string, string>> LearningOptions { get; }

    /// <value>True when the learner's state is the same to the bit however the stream is cut into batches and wherever it is resumed; false with nets on a device.</value>
    public bool IsBitExact { get; }

    /// <value>The same options with default, range and meaning, in the same order.</value>
    public IReadOnlyList<OptionInfo> Known { get; }

    /// <summary>Makes a learner that has learned nothing yet.</summary>
    /// <param name="schema">What the rows will look like.</param>
    /// <param name="seed">Seeds everything that is random.</param>
    /// <param name="work">The threads to work on; stays the caller's.</param>
    public ILearner Create(Schema schema, long seed, WorkRunner work) => _create(schema, seed, work);

    /// <summary>Reads the settings into an options record and remembers how to make the learner from it.</summary>
    /// <exception cref="OptionException">Unknown names, malformed values and values out of range: all of them.</exception>
    internal static LearnerPreset Of<T>(string name, IEnumerable<KeyValuePair<string, string>> settings, Func<Schema, T, long, WorkRunner, ILearner> create)
        where T : OptionSet, new()
    {
        T options = OptionSet.Bind<T>(settings, $"model {name}");
        return new LearnerPreset(name, settings, options, OptionSet.Describe<T>(), (schema, seed, work) => create(schema, options, seed, work));
    }

    /// <summary>A kind of expert by itself.</summary>
    /// <exception cref="OptionException">Unknown names, malformed values and values out of range: all of them.</exception>
    internal static LearnerPreset Of(ExpertKind kind, IEnumerable<KeyValuePair<string, string>> settings)
    {
        ExpertSpec spec = kind.With(settings, $"model {kind.Name}");
        return new LearnerPreset(kind.Name, settings, spec.Options, kind.Options, (schema, seed, _) => new SingleExpertLearner(schema, spec, seed));
    }
}
