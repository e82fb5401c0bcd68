using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Makes the headers of a worker's checkpoints, and compares with them.</summary>
internal static class CheckpointHeaders
{
    /// <summary>The header that a worker writes and wants: model, seed, and every option that can change a prediction.</summary>
    /// <param name="setup">What the partition's state depends on.</param>
    /// <param name="partition">The source partition.</param>
    /// <param name="schema">What rows look like; null when that is not known yet.</param>
    public static CheckpointHeader Of(LearningSetup setup, PartitionId partition, LearnerSchema? schema = null)
    {
        Dictionary<string, string> options = setup.Model.LearningOptions.ToDictionary(StringComparer.Ordinal);
        foreach ((string name, string value) in setup.Labels.ToPairs()) options[$"labels:{name}"] = value;
        foreach ((string name, string value) in setup.Schema.ToPairs())
            if (name != "file") options[$"schema:{name}"] = value;
        return new CheckpointHeader(setup.Model.Name, setup.Seed, partition.ToString(), 0, options) { Schema = schema };
    }

    /// <summary>Refuses a checkpoint that was written under another model, seed, learning option, schema or for another partition.</summary>
    /// <exception cref="CheckpointException">It was; the text names each difference with both values.</exception>
    public static void Check(Checkpoint found, CheckpointHeader wanted)
    {
        IReadOnlyList<string> differences = found.Header.DifferencesFrom(wanted);
        if (differences.Count > 0)
            throw new CheckpointException($"Checkpoint {found.Name} was written under another configuration: {string.Join("; ", differences)}. "
                + "Configure the worker as it was, or give it another kafka:groupId or checkpoints:directory to begin anew.");
    }

    /// <summary>Reads the checkpoint that <c>model:initial</c> names: of any stream, but of the same model, seed, model options and (if known) schema.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">The header that the worker wants; stream and the options of other sections are not compared.</param>
    /// <returns>The checkpoint; <see cref="Checkpoint.RestoreLearner"/> makes its learner.</returns>
    /// <exception cref="CheckpointException">It is damaged, has no learner, or was written under another model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint ReadInitial(string path, CheckpointHeader wanted)
    {
        Checkpoint found = CheckpointFile.Read(path);
        IReadOnlyList<string> differences = found.Header.ModelDifferencesFrom(wanted);
        if (differences.Count > 0)
            throw new CheckpointException($"model:initial: checkpoint {path} was written with another model: {string.Join("; ", differences)}. Configure the same model, or make a checkpoint with this one.");
        return found;
    }
}
