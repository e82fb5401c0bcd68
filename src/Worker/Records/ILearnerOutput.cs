using StreamMoe.Worker.Order;

namespace StreamMoe.Worker.Records;

/// <summary>Takes what one learner puts out, together with the order in which it came about. One call at a time.</summary>
internal interface ILearnerOutput : IDisposable
{
    /// <value>Predictions that were too large for their topic and became dead letters, since the learner was taken over. Any thread.</value>
    long RefusedPredictions => 0;

    /// <summary>Restoring has ended: the learner goes on after this record of its order log. Called once, before the first commit.</summary>
    /// <param name="last">The last record that counts.</param>
    /// <param name="next">The offset of the order log that was read up to; what is written comes at it or after it.</param>
    void Begin(OrderPosition last, long next);

    /// <summary>Told when restoring has ended: how far each source is processed and acknowledged, for whoever watches the group's offsets.</summary>
    void Recovered(IReadOnlyList<NextOffset> next) { }

    /// <summary>Makes outputs and order durable: in one transaction (exactly once); or the order record first, which is read back, then the
    /// outputs, then the acknowledgement (at least once).</summary>
    /// <param name="outputs">What was put out since the last commit; not touched before the task ends. May be empty: the order alone.</param>
    /// <param name="order">The order record and what it says.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The offset after the order record in the order log, when everything is durable. Errors that pass are tried again inside.</returns>
    /// <exception cref="LearnerFencedException">The learner belongs to somebody else by now, or its order record was passed over: nothing more
    /// may be written for it.</exception>
    Task<long> CommitAsync(OutputBatch outputs, OrderCommit order, CancellationToken stop);

    /// <summary>At-least-once only, and before <see cref="Begin"/>: puts out again what may not have been put out before, and acknowledges it.</summary>
    /// <param name="outputs">The outputs of the records below <paramref name="next"/> that were not acknowledged.</param>
    /// <param name="next">The offset after the order record that they belong to.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="LearnerFencedException">The learner belongs to somebody else by now.</exception>
    Task AcknowledgeAsync(OutputBatch outputs, long next, CancellationToken stop);
}
