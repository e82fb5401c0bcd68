using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Pipeline;

/// <summary>What a learner learns again before it goes on.</summary>
/// <param name="Log">Its order log; null where there is none.</param>
/// <param name="Range">What that held once the former owner could write no more.</param>
/// <param name="SilentBelow">Without an order log, and with one event partition: the committed offset, below which outputs are there already; else 0.</param>
internal sealed record LearnerRecovery(IOrderLog? Log, OrderLogRange Range, long SilentBelow)
{
    /// <value>Nothing to learn again, and no order log.</value>
    public static LearnerRecovery None { get; } = new(null, default, 0);

    /// <summary>Without an order log: the position of a state, which is the offset of its event partition.</summary>
    public long PositionOf(LearnerProcessor processor) => processor.Sources.FirstOrDefault(s => s.Order.Kind == SourceKind.Events)?.Next ?? 0;
}
