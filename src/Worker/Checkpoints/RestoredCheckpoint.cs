using StreamMoe.DriftMoe.Checkpoints;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>What a store had for a learner.</summary>
/// <param name="Checkpoint">The newest intact checkpoint at or below the offset; null when there is none.</param>
/// <param name="Skipped">The damaged ones that were passed over on the way, each with the reason; to be reported.</param>
internal sealed record RestoredCheckpoint(Checkpoint? Checkpoint, IReadOnlyList<SkippedCheckpoint> Skipped);
