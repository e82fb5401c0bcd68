namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>A checkpoint is intact as far as can be told, but of a format that this build does not read: another release wrote it.</summary>
/// <remarks>Nothing passes such a checkpoint over, as it would a damaged one: what it holds may be needed.</remarks>
internal sealed class CheckpointFormatException : CheckpointException
{
    /// <summary>Makes the exception with a text that names the checkpoint, its format, and what this build reads.</summary>
    public CheckpointFormatException(string message) : base(message) { }
}
