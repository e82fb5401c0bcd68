using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>The way out of one source partition: outputs, and with them the offset up to which the source is processed.</summary>
/// <remarks>Use: <c>Send* Commit Send* Commit … Dispose</c>, by one thread at a time. What was sent since the last commit is kept, and sent
/// again where a try fails, until its commit succeeds; so the learner is never touched by a failed try. When a call throws anything but
/// <see cref="OperationCanceledException"/> the output is dead: drop it together with the learner, write nothing, and take the partition
/// from the last commit again.
/// <para>Exactly-once: readers of committed records see the outputs and the offset of a commit together, or neither.
/// At-least-once: outputs are on the brokers before the offset is; after a crash between the two they come again.</para></remarks>
internal interface IOutputSession : IDisposable
{
    /// <summary>Hands a record to the client, which sends it in the background. Waits while its queue is full.</summary>
    /// <exception cref="PartitionFencedException">Someone else owns the partition.</exception>
    /// <exception cref="PartitionOutputException">The record cannot be written, now or later.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting; the record counts as sent.</exception>
    void Send(in OutputRecord record, CancellationToken token = default);

    /// <summary>Returns when everything sent since the last commit, and the offset, are committed. Waits while the brokers are away.</summary>
    /// <param name="nextOffset">The source offset after the last one whose outputs were sent, 0 or more.</param>
    /// <param name="token">Ends the waiting; whether the commit happened is then not known, and calling again finds out.</param>
    /// <exception cref="PartitionFencedException">Someone else owns the partition; nothing was committed.</exception>
    /// <exception cref="PartitionOutputException">It cannot be committed, now or later.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    void Commit(long nextOffset, CancellationToken token = default);
}
