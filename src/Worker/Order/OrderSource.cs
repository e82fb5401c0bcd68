namespace StreamMoe.Worker.Order;

/// <summary>A source of a learner as order records name it: the topic by its role, so that a topic may be renamed.</summary>
/// <param name="Partition">The partition, ≥ 0.</param>
/// <param name="Kind">The topic.</param>
internal readonly record struct OrderSource(int Partition, SourceKind Kind = SourceKind.Events) : IComparable<OrderSource>
{
    /// <summary>By partition; of one partition events come before labels.</summary>
    public int CompareTo(OrderSource other) => Partition != other.Partition ? Partition.CompareTo(other.Partition) : Kind.CompareTo(other.Kind);

    /// <summary><c>events-3</c> or <c>labels-3</c>, whatever the topics are called.</summary>
    public override string ToString() => $"{(Kind == SourceKind.Events ? "events" : "labels")}-{Partition}";
}
