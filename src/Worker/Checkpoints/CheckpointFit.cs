using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Which checkpoints fit what a worker is told to run: the header that it writes, and the setup that goes on from one.</summary>
internal static class CheckpointFit
{
    /// <summary>The header that a worker writes and wants: model, seed, and every option that can change a prediction.</summary>
    /// <param name="setup">What the learner's state depends on.</param>
    /// <param name="learner">The learner.</param>
    /// <param name="schema">What rows look like; null when that is not known yet.</param>
    public static CheckpointHeader HeaderOf(LearningSetup setup, LearnerId learner, LearnerSchema? schema = null)
    {
        Dictionary<string, string> options = setup.Model.LearningOptions.ToDictionary(StringComparer.Ordinal);
        foreach ((string name, string value) in setup.Labels.ToPairs()) options[$"labels:{name}"] = value;
        foreach ((string name, string value) in setup.Events.ToPairs())
            if (name != "passHeaders") options[$"events:{name}"] = value;
        foreach ((string name, string value) in setup.Schema.ToPairs())
            if (name != "file") options[$"schema:{name}"] = value;
        options[LearningSetup.LearnersKey] = setup.Learners;
        return new CheckpointHeader(setup.Model.Name, setup.Seed, learner.ToString(), 0, options) { Schema = schema };
    }

    /// <summary>The setup that goes on from a checkpoint: what the configuration sets must be as it is there, everything else is taken from there.</summary>
    /// <param name="found">The checkpoint.</param>
    /// <param name="configured">The setup as it is configured.</param>
    /// <param name="learner">The learner.</param>
    /// <param name="note">What the log should say of it; null when there is nothing.</param>
    /// <exception cref="CheckpointException">A model, seed or learning option was set that is another one there, or it is of another learner, or this build lacks
    /// what it has; the text names each difference with both values.</exception>
    public static LearningSetup GoOn(Checkpoint found, LearningSetup configured, LearnerId learner, out string? note)
    {
        LearningSetup setup = Known(found, () => configured.GoingOnFrom(found.Header));
        CheckpointHeader wanted = HeaderOf(setup, learner);
        IReadOnlyList<string> differences = Continuation.Completed(found.Header, wanted, setup.Known).DifferencesFrom(wanted);
        if (differences.Count > 0)
            throw new CheckpointException($"Checkpoint {found.Name} was written under another configuration: {string.Join("; ", differences)}. "
                + (found.Header.LearningOptions.TryGetValue(LearningSetup.LearnersKey, out string? learners) && learners != setup.Learners
                    ? "Set model:learners as it was; other learners go on with a new kafka:orderTopic and model:initial (docs/checkpoints.md)."
                    : "Set these as they were, or leave them out: what is not set is taken from the checkpoint. To begin anew give another kafka:groupId or checkpoints:directory."));
        note = Note(found, setup, configured, learner);
        return setup;
    }

    /// <summary>The setup of a learner that begins with the learner of <c>model:initial</c>.</summary>
    /// <param name="found">That checkpoint, of any stream.</param>
    /// <param name="configured">The setup as it is configured.</param>
    /// <param name="learner">The learner.</param>
    /// <param name="sameStream">True when it goes on with the checkpoint's stream: how that is read is taken from there too, unless it was set.</param>
    /// <param name="note">What the log should say of it; null when there is nothing.</param>
    /// <exception cref="CheckpointException">A model, seed or option of the model was set that is another one there, or this build lacks what it has.</exception>
    public static LearningSetup Begin(Checkpoint found, LearningSetup configured, LearnerId learner, bool sameStream, out string? note)
    {
        LearningSetup setup = Known(found, () => sameStream ? configured.GoingOnFrom(found.Header) : configured.WithModelOf(found.Header));
        CheckpointHeader wanted = HeaderOf(setup, learner);
        IReadOnlyList<string> differences = Continuation.Completed(found.Header, wanted, setup.Known).ModelDifferencesFrom(wanted);
        if (differences.Count > 0)
            throw new CheckpointException($"model:initial: checkpoint {found.Name} was written with another model: {string.Join("; ", differences)}. "
                + "Set the same, or leave it out: what is not set is taken from the checkpoint.");
        note = Note(found, setup, configured, learner);
        return setup;
    }

    private static LearningSetup Known(Checkpoint found, Func<LearningSetup> make)
    {
        try
        {
            return make();
        }
        catch (OptionException e)
        {
            throw new CheckpointException($"Checkpoint {found.Name} was written by {found.Header.CreatedBy} and does not fit this build ({CheckpointHeader.ThisBuild}) as it is configured: {e.Message}", e);
        }
    }

    private static string? Note(Checkpoint found, LearningSetup setup, LearningSetup configured, LearnerId learner)
    {
        LearningSetup byDefault = new(PresetCatalogue.Create(setup.Model.Name, []), setup.Seed, new SchemaOptions(), new LabelOptions());
        return Continuation.Note(found.Header, HeaderOf(setup, learner).LearningOptions, HeaderOf(byDefault, learner).LearningOptions, configured.IsSet);
    }
}
