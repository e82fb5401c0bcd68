using System.Globalization;
using System.Reflection;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>What a checkpoint says about itself; everything but the state proper.</summary>
/// <param name="Model">Name of the model preset.</param>
/// <param name="Seed">The learner's seed.</param>
/// <param name="Stream">What was read: a stream as given on the command line, or a source partition as <c>topic-partition</c>.</param>
/// <param name="NextPosition">Zero-based position (next offset) of the first record that the state has not seen.</param>
/// <param name="LearningOptions">Every option that can change a prediction, by name, as text. Those of the model stand by their name alone;
/// those of something else carry its section: <c>labels:maxCount</c>.</param>
public sealed record CheckpointHeader(
    string Model, long Seed, string Stream, long NextPosition, IReadOnlyDictionary<string, string> LearningOptions)
{
    /// <value>How many checkpoints this source had before this one: a store counts them, from 1. The default is 0: not written by a store.</value>
    public long Generation { get; init; }

    /// <value>The program and version that wrote the checkpoint. The default is this build's.</value>
    public string CreatedBy { get; init; } = ThisBuild;

    /// <value>What the rows look like, with the values of nominal attributes known so far and their caps; null (the default) = not known yet.</value>
    public LearnerSchema? Schema { get; init; }

    /// <value>This build, as it stands in the checkpoints that it writes.</value>
    public static string ThisBuild { get; } = "StreamMoE "
        + (typeof(CheckpointHeader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");

    /// <summary>Compares with the header that a run would write: model, seed, stream, every option, and the schemas when both are known.</summary>
    /// <returns>One line a difference that makes the state unusable for that run, naming both values; empty when it fits.</returns>
    public IReadOnlyList<string> DifferencesFrom(CheckpointHeader wanted) => Differences(wanted, modelAlone: false);

    /// <summary>Compares only what the learner itself depends on: model, seed, the model's options, and the schemas when both are known.</summary>
    /// <returns>One line a difference that makes the learner unusable for that run, naming both values; empty when it fits.</returns>
    public IReadOnlyList<string> ModelDifferencesFrom(CheckpointHeader wanted) => Differences(wanted, modelAlone: true);

    private List<string> Differences(CheckpointHeader wanted, bool modelAlone)
    {
        List<string> lines = [];
        Compare("model", Model, wanted.Model);
        Compare("seed", Seed.ToString(CultureInfo.InvariantCulture), wanted.Seed.ToString(CultureInfo.InvariantCulture));
        if (!modelAlone) Compare("stream", Stream, wanted.Stream);
        foreach (string name in LearningOptions.Keys.Union(wanted.LearningOptions.Keys).Order(StringComparer.Ordinal))
            if (!modelAlone || !name.Contains(':'))
                Compare($"option {name}", LearningOptions.GetValueOrDefault(name, "(absent)"), wanted.LearningOptions.GetValueOrDefault(name, "(absent)"));
        if (Schema is not null && wanted.Schema is not null) lines.AddRange(SchemaState.Differences(Schema.Schema, wanted.Schema.Schema));
        return lines;

        void Compare(string what, string found, string expected)
        {
            if (found != expected) lines.Add($"{what} is '{found}' in the checkpoint and '{expected}' in this run");
        }
    }
}
