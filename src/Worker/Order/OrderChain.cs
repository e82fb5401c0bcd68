namespace StreamMoe.Worker.Order;

/// <summary>Tells which records of an order log count: a chain in which each names the one before.</summary>
/// <remarks>
/// Under exactly-once only the owner can write, and every record counts. Under at-least-once a former owner that does not know yet may write
/// too: the first record that names the last valid one is valid, all others are passed over, by everybody who reads the log alike.
/// </remarks>
/// <param name="last">The last valid record that is known: that of a checkpoint, or the beginning of a lineage.</param>
/// <param name="mayPassOver">True under at-least-once.</param>
internal sealed class OrderChain(OrderPosition last, bool mayPassOver)
{
    /// <value>The last valid record.</value>
    public OrderPosition Last { get; private set; } = last;

    /// <value>Records passed over.</value>
    public long PassedOver { get; private set; }

    /// <summary>Looks at the next record of the log.</summary>
    /// <param name="record">The record.</param>
    /// <param name="place">Where it stands: <c>topic-partition@offset</c>.</param>
    /// <returns>True when it counts; false when it is passed over.</returns>
    /// <exception cref="OrderException">It belongs to another lineage, or records between are missing.</exception>
    public bool Follows(OrderRecord record, string place)
    {
        OrderPosition found = record.Position;
        bool follows = record.Predecessor == (Last.Sequence, Last.Writer);
        if (follows && (record.BeginsLineage || (found.Lineage == Last.Lineage && found.Sequence == Last.Sequence + 1)))
        {
            Last = found;
            return true;
        }
        if (found.Lineage != Last.Lineage && !record.BeginsLineage)
            throw new OrderException($"The order record {place} is {found}, of another lineage than {Last}, which it was to follow: the order log and the checkpoint do not belong together. {Remedy}");
        if (found.Sequence > Last.Sequence + 1)
            throw new OrderException($"The order record {place} is {found}, but {Last} is the last one known: {found.Sequence - Last.Sequence - 1} records between are missing. {Remedy}");
        if (!mayPassOver)
            throw new OrderException($"The order record {place} is {found} and follows number {record.Predecessor.Sequence} of writer {record.Predecessor.Writer:N}; expected was one that follows {Last} of writer {Last.Writer:N}. Somebody else writes to the order topic. {Remedy}");
        PassedOver++;
        return false;
    }

    private const string Remedy = "Put the checkpoints back that belong to this order log, or set checkpoints:allowFreshModel=true to begin a new lineage.";
}
