namespace StreamMoe.Worker.Order;

/// <summary>A place in an order log: right after one record of it.</summary>
/// <param name="Lineage">The life of the log that the record belongs to: 16 random bytes.</param>
/// <param name="Sequence">The record's number in this life, from 0; −1 before the first.</param>
/// <param name="Writer">Who wrote it: 16 random bytes, drawn at each take-over; empty before the first record.</param>
internal readonly record struct OrderPosition(Guid Lineage, long Sequence, Guid Writer)
{
    /// <summary>The beginning of a lineage, before its first record.</summary>
    public static OrderPosition BeginningOf(Guid lineage) => new(lineage, -1, Guid.Empty);

    /// <value>True before the first record of the lineage.</value>
    public bool IsBeginning => Sequence < 0;

    /// <summary>Lineage and sequence, as they stand in messages.</summary>
    public override string ToString() => $"{Lineage:N}#{Sequence}";
}
