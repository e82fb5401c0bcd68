using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Records;

/// <summary>One source of a learner when the learner is assigned, or when the source is found.</summary>
/// <param name="Partition">Topic and partition; one object for all records of it.</param>
/// <param name="Kind">Which of the topics it is.</param>
/// <param name="LogStart">First offset that the log still holds.</param>
/// <param name="Initial">Where to begin when the order log does not know it: the log's start.</param>
/// <param name="Committed">The group's committed next offset; null for none.</param>
internal sealed record SourcePosition(PartitionId Partition, SourceKind Kind, long LogStart, long Initial, long? Committed)
{
    /// <value>As order records name it.</value>
    public OrderSource Order => new(Partition.Partition, Kind);
}
