using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Keeps the checkpoints of learners.</summary>
/// <remarks>
/// A learner's checkpoints are counted by generation, from 1; the one with the largest generation is the newest, whatever its offset is.
/// The store keeps the newest so many, and always the newest at or below the committed offset. Calls for one learner come one at a time;
/// calls for different learners may come from different threads. Nobody else writes a learner's checkpoints meanwhile, except a former
/// owner that does not know yet: what it may add is a whole checkpoint of the same log.
/// </remarks>
internal interface ICheckpointStore
{
    /// <summary>Writes a checkpoint, durable when the call returns, and deletes those that are no longer kept.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="nextOffset">Offset of the first record that the state does not reflect.</param>
    /// <param name="committed">The committed next offset; null when nothing was committed yet.</param>
    /// <param name="header">Model, seed, options and schema; the store sets stream, next position and generation.</param>
    /// <param name="sections">The state.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="IOException">It cannot be written; every checkpoint that was there still is.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of rights.</exception>
    CheckpointEntry Write(LearnerId learner, long nextOffset, long? committed, CheckpointHeader header, IReadOnlyList<CheckpointSection> sections);

    /// <summary>Finds the newest intact checkpoint at or below an offset, and checks it whole.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="atOrBelow">The committed next offset.</param>
    /// <returns>The checkpoint, or none, and the damaged ones that were passed over.</returns>
    /// <exception cref="CheckpointFormatException">There is one of another format, which another build wrote: it is not passed over.</exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    RestoredCheckpoint Restore(LearnerId learner, long atOrBelow);

    /// <summary>Lists a learner's checkpoints, newest first; those whose head is damaged come last.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    IReadOnlyList<CheckpointEntry> List(LearnerId learner);

    /// <summary>Reads a checkpoint that <see cref="List"/> told, and checks it whole.</summary>
    /// <exception cref="CheckpointException">It is damaged, or gone.</exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    Checkpoint Read(LearnerId learner, CheckpointEntry entry);

    /// <summary>Makes an older generation the newest: later ones are set aside, not deleted. For a stopped worker.</summary>
    /// <returns>What was done, one line each.</returns>
    /// <exception cref="CheckpointException">There is no such generation, or it is damaged; the text lists those that there are. Nothing was changed.</exception>
    /// <exception cref="IOException">The store cannot be changed.</exception>
    IReadOnlyList<string> MakeNewest(LearnerId learner, long generation);
}
