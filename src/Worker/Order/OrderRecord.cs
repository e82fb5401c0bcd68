namespace StreamMoe.Worker.Order;

/// <summary>The order of one commit of a learner: everything that happened to it since the commit before, in order.</summary>
/// <remarks>Together, the records of an order log and the partitions' logs give every output and the state. Bytes: <see cref="OrderRecordCodec"/>.</remarks>
/// <param name="Position">Lineage, number and writer of this record.</param>
/// <param name="Predecessor">Number and writer of the record that it follows; the number is −1, and the writer empty, for the first in a log.
/// A lineage that begins in a log that has records names the last of them.</param>
/// <param name="Entries">What happened, in order.</param>
/// <param name="Next">How far each source that is named by the entries has come with them, in ascending order of sources.</param>
internal sealed record OrderRecord(OrderPosition Position, (long Sequence, Guid Writer) Predecessor, IReadOnlyList<OrderEntry> Entries, IReadOnlyList<NextOffset> Next)
{
    /// <value>True for the first record of a lineage.</value>
    public bool BeginsLineage => Position.Sequence == 0;
}
