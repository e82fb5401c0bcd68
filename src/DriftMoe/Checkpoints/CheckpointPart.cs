namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>Where a section lies in a checkpoint.</summary>
/// <param name="Name">The section's name.</param>
/// <param name="From">Its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="IsIntact">True when all of its bytes are there and their SHA-256 matches.</param>
public sealed record CheckpointPart(string Name, long From, long Length, bool IsIntact);
