using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>A named part of the state, to be written into a checkpoint.</summary>
/// <param name="Name">Its name, unique within the checkpoint.</param>
/// <param name="Save">Writes it; called once.</param>
public readonly record struct CheckpointSection(string Name, Action<StateWriter> Save)
{
    /// <summary>Name of the section that holds the learner, as <see cref="ILearner.Save"/> wrote it, in every checkpoint.</summary>
    public const string Learner = "learner";
}
