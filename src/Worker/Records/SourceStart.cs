namespace StreamMoe.Worker.Records;

/// <summary>Where to read a source from.</summary>
/// <param name="Partition">Topic and partition.</param>
/// <param name="Offset">The first offset to deliver.</param>
internal readonly record struct SourceStart(PartitionId Partition, long Offset);
