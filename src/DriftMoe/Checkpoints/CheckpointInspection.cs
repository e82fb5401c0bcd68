namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>What can be said of a checkpoint, damaged or not.</summary>
/// <param name="Name">The file, or whatever else holds it.</param>
/// <param name="Length">Bytes that are there.</param>
/// <param name="Header">What it says about itself; null when its head cannot be trusted.</param>
/// <param name="Parts">Its sections in order; empty when its head cannot be trusted.</param>
/// <param name="Faults">Every damaged place; empty when the checkpoint is intact.</param>
public sealed record CheckpointInspection(
    string Name, long Length, CheckpointHeader? Header, IReadOnlyList<CheckpointPart> Parts, IReadOnlyList<CheckpointFault> Faults)
{
    /// <value>True when every byte is as it was written.</value>
    public bool IsIntact => Faults.Count == 0;

    /// <value>What is to be said of a format that this build does not read; null when it reads it, or when the checkpoint is damaged.</value>
    public string? OtherFormat => Faults.FirstOrDefault(f => f.IsOtherFormat)?.What;

    /// <summary>What is wrong, in one line that names the checkpoint.</summary>
    internal CheckpointException Complaint() => OtherFormat is { } other
        ? new CheckpointFormatException($"Checkpoint {Name} is of another format: {other}. Go on with a release that reads it, or begin anew without it.")
        : new CheckpointException($"Checkpoint {Name} cannot be used: {string.Join("; ", Faults)}. Use an older one, or start without it.");
}
