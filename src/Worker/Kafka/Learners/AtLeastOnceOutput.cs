using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>At-least-once: the order record is written and read back, then come the outputs, then the order log's offset is committed.</summary>
/// <remarks>Nobody is fenced, so a former owner may write to the order log too. The first record that follows the last one that counts is the
/// one that counts: an owner whose record is not it has lost the learner. Outputs are put out only after an order record that counts, so two
/// owners never put out by different orders. Once a commit has thrown, the output has ended.</remarks>
/// <param name="sender">Writes the records.</param>
/// <param name="order">The learner's partition of the order topic, which has its number.</param>
/// <param name="fit">Makes outputs fit into their topics.</param>
/// <param name="openTail">Reads the learner's order partition from an offset on.</param>
/// <param name="tryAcknowledge">Commits the next offset of the learner's order partition; false when the group does not take it from this worker.</param>
/// <param name="committed">Told of each commit that has succeeded.</param>
internal sealed class AtLeastOnceOutput(RecordSender sender, PartitionId order, OutputFit fit, Func<long, OrderTail> openTail,
    Func<long, CancellationToken, bool> tryAcknowledge, Action<OrderCommit> committed) : ILearnerOutput
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private OrderTail? _tail;
    private OrderChain? _chain;
    private bool _ended;
    private long _refused;

    /// <inheritdoc/>
    public long RefusedPredictions => Volatile.Read(ref _refused);

    /// <inheritdoc/>
    public void Begin(OrderPosition last, long next) => (_chain, _tail) = (new OrderChain(last, mayPassOver: true), openTail(next));

    /// <inheritdoc/>
    public void Recovered(IReadOnlyList<NextOffset> next) => committed(new OrderCommit([], default, next));

    /// <inheritdoc/>
    public Task<long> CommitAsync(OutputBatch outputs, OrderCommit commit, CancellationToken stop) => Task.Run(() =>
    {
        EndUntilDone();
        sender.Send(1, _ => new OutputRecord(order.Topic, null, commit.Record, Partition: Learner), stop);
        long next = ReadBack(commit, stop) + 1;
        PutOut(outputs, next, stop);
        committed(commit);
        _ended = false;
        return next;
    }, CancellationToken.None);

    /// <inheritdoc/>
    public Task AcknowledgeAsync(OutputBatch outputs, long next, CancellationToken stop) => Task.Run(() =>
    {
        EndUntilDone();
        PutOut(outputs, next, stop);
        _ended = false;
    }, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        _tail?.Dispose();
    }

    private int Learner => order.Partition;

    private void EndUntilDone()
    {
        if (_ended) throw new OutputException($"The output of learner {Learner} has ended; make another one.");
        _ended = true;
    }

    /// <summary>Reads on until this order record has come.</summary>
    /// <returns>Its offset.</returns>
    private long ReadBack(OrderCommit commit, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (_tail!.Read(s_poll) is not { } logged) continue;
            bool counts = _chain!.Follows(logged.Record, logged.Place), isOurs = logged.Record.Position == commit.Position;
            if (counts && isOurs) return logged.Offset;
            if (counts || isOurs)
                throw new LearnerFencedException(Learner, $"Learner {Learner} belongs to another worker now: in the order log {(counts ? $"{logged.Place} is somebody else's" : $"the record {logged.Place} of this worker is passed over")}.");
        }
    }

    private void PutOut(OutputBatch outputs, long next, CancellationToken stop)
    {
        sender.Send(outputs.Count, i => fit.At(outputs, i), stop);
        Interlocked.Add(ref _refused, fit.CountRefused(outputs));
        if (!tryAcknowledge(next, stop))
            throw new LearnerFencedException(Learner, $"Learner {Learner} belongs to another worker now: the group refused offset {next} of the order log.");
    }
}
