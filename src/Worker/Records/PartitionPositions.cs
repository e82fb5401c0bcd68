namespace StreamMoe.Worker.Records;

/// <summary>Where a partition stands when it is assigned.</summary>
/// <param name="Committed">The group's committed next offset; null when nothing was ever committed.</param>
/// <param name="LogStart">First offset that the log still holds.</param>
/// <param name="Initial">Where to begin when nothing was ever committed: the log's start, or its end.</param>
internal readonly record struct PartitionPositions(long? Committed, long LogStart, long Initial);
