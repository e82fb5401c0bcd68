using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Experts.State;
using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Where a learner stands in its order log.</summary>
/// <param name="Last">The last record that its state reflects.</param>
/// <param name="Predecessor">Number and writer that the next record names: those of <paramref name="Last"/>, but where a lineage begins in a log that has records.</param>
/// <param name="Next">The offset of the order log to read on from; only to seek.</param>
internal readonly record struct OrderState(OrderPosition Last, (long Sequence, Guid Writer) Predecessor, long Next)
{
    /// <summary>Name of a checkpoint's section that holds this.</summary>
    public const string SectionName = "order";

    /// <summary>The place after a record.</summary>
    public static OrderState After(OrderPosition last, long next) => new(last, (last.Sequence, last.Writer), next);

    /// <summary>The beginning of a new lineage.</summary>
    /// <param name="predecessor">The last record of the log; of a log without records the beginning of any lineage.</param>
    /// <param name="next">The offset of the log's end.</param>
    public static OrderState Begin(OrderPosition predecessor, long next)
        => new(OrderPosition.BeginningOf(RandomId()), (predecessor.Sequence, predecessor.Writer), next);

    /// <summary>Follows the records that come next.</summary>
    public OrderChain ToChain(bool mayPassOver) => new(Last with { Sequence = Predecessor.Sequence, Writer = Predecessor.Writer }, mayPassOver);

    /// <summary>16 random bytes.</summary>
    public static Guid RandomId() => new(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    /// <summary>The section of a checkpoint.</summary>
    public CheckpointSection ToSection()
    {
        OrderState self = this;
        return new CheckpointSection(SectionName, writer =>
        {
            writer.Mark("order");
            writer.Write(self.Last.Lineage.ToByteArray(bigEndian: true));
            writer.Write(self.Last.Sequence);
            writer.Write(self.Last.Writer.ToByteArray(bigEndian: true));
            writer.Write(self.Predecessor.Sequence);
            writer.Write(self.Predecessor.Writer.ToByteArray(bigEndian: true));
            writer.Write(self.Next);
        });
    }

    /// <summary>Reads the section of a checkpoint.</summary>
    public static OrderState Of(Checkpoint checkpoint)
    {
        OrderState found = default;
        checkpoint.Load(SectionName, reader =>
        {
            reader.Mark("order");
            OrderPosition last = new(Id(reader), reader.ReadInt64(), Id(reader));
            found = new OrderState(last, (reader.ReadInt64(), Id(reader)), reader.ReadInt64());
        });
        return found;

        static Guid Id(StateReader reader)
        {
            byte[] bytes = reader.ReadArray<byte>();
            return bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : throw new StateFormatException($"An id of the order log has {bytes.Length} bytes; must be 16.");
        }
    }
}
