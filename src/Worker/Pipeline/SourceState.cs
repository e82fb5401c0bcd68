using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>One source of a learner: how far it has come, which is part of the learner's state, and what is counted of it.</summary>
/// <param name="partition">Topic and partition.</param>
/// <param name="order">As order records name it.</param>
/// <param name="next">Offset of the first record that was not taken in.</param>
internal sealed class SourceState(PartitionId partition, OrderSource order, long next)
{
    /// <value>Topic and partition; the object that its records have.</value>
    public PartitionId Partition { get; set; } = partition;

    /// <value>As order records name it.</value>
    public OrderSource Order { get; } = order;

    /// <value>Offset of the first record that was not taken in.</value>
    public long Next { get; set; } = next;

    /// <value>True when a record was taken in since the last order record; the task sets it back.</value>
    public bool Touched { get; set; }

    /// <value>What is counted of it; may be read by any thread.</value>
    public SourceFigures Figures { get; } = new(partition, order) { NextOffset = next };
}
