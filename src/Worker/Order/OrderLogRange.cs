namespace StreamMoe.Worker.Order;

/// <summary>What an order log holds at the moment at which it was asked. Offsets are the log's own; some of them may hold no record.</summary>
/// <param name="First">The first offset that is still there.</param>
/// <param name="End">The offset after the last record, those of an open transaction included.</param>
/// <param name="Acknowledged">Up to where the outputs are known to be there: <paramref name="End"/> under exactly-once; the committed offset
/// of the order partition under at-least-once, or <paramref name="First"/> where none is committed.</param>
internal readonly record struct OrderLogRange(long First, long End, long Acknowledged)
{
    /// <value>True when the log never held a record: it is new, or was made anew.</value>
    public bool IsNew => End == 0;
}
