namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>What a checkpoint says about itself; everything but the state proper.</summary>
/// <param name="Model">Name of the model preset.</param>
/// <param name="Seed">The learner's seed.</param>
/// <param name="Stream">The stream that was read, as given on the command line.</param>
/// <param name="NextPosition">Zero-based position of the first instance that the state has not seen.</param>
/// <param name="LearningOptions">Every option that can change a prediction, by name, as text.</param>
public sealed record CheckpointHeader(
    string Model, long Seed, string Stream, long NextPosition, IReadOnlyDictionary<string, string> LearningOptions)
{
    /// <summary>Compares with the header that a run would write, field by field and option by option.</summary>
    /// <returns>One line a difference that makes the state unusable for that run, naming both values; empty when it fits.</returns>
    public IReadOnlyList<string> DifferencesFrom(CheckpointHeader wanted)
    {
        List<string> lines = [];
        Compare("model", Model, wanted.Model);
        Compare("seed", Seed.ToString(), wanted.Seed.ToString());
        Compare("stream", Stream, wanted.Stream);
        foreach (string name in LearningOptions.Keys.Union(wanted.LearningOptions.Keys).Order(StringComparer.Ordinal))
            Compare($"option {name}", LearningOptions.GetValueOrDefault(name, "(absent)"), wanted.LearningOptions.GetValueOrDefault(name, "(absent)"));
        return lines;

        void Compare(string what, string found, string expected)
        {
            if (found != expected) lines.Add($"{what} is '{found}' in the checkpoint and '{expected}' in this run");
        }
    }
}
