using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>The output of a learner that has one event partition and no order log: the committed offset of the partition says how far it has come.</summary>
/// <param name="inner">The output of the partition; from now on this object's.</param>
/// <param name="learner">The learner, which has the partition's number.</param>
internal sealed class SubscribedOutput(IPartitionOutput inner, int learner) : ILearnerOutput
{
    /// <value>Committed where no event was taken in yet.</value>
    public long Offset { get; set; }

    /// <inheritdoc/>
    public long RefusedPredictions => inner.RefusedPredictions;

    /// <inheritdoc/>
    public void Begin(OrderPosition last, long next) { }

    /// <inheritdoc/>
    public async Task<long> CommitAsync(OutputBatch outputs, OrderCommit order, CancellationToken stop)
    {
        foreach (NextOffset next in order.Next)
            if (next.Source.Kind == SourceKind.Events) Offset = next.Offset;
        try
        {
            await inner.CommitAsync(outputs, Offset, stop);
        }
        catch (PartitionFencedException e)
        {
            throw new LearnerFencedException(learner, e.Message, e);
        }
        return Offset;
    }

    /// <inheritdoc/>
    public Task AcknowledgeAsync(OutputBatch outputs, long next, CancellationToken stop) => throw new InvalidOperationException("There is no order log.");

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
