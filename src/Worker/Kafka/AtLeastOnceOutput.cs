using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>At-least-once: outputs of all partitions go through one idempotent producer; an offset is committed when those before it are there.</summary>
/// <remarks>After a crash between the two the outputs come again. Once a commit has thrown, the output has ended.</remarks>
/// <param name="sender">Writes the outputs.</param>
/// <param name="partition">The source partition.</param>
/// <param name="fit">Makes outputs fit into their topics.</param>
/// <param name="tryCommit">Commits partition and next offset; false when this worker no longer owns the partition.</param>
internal sealed class AtLeastOnceOutput(RecordSender sender, PartitionId partition, OutputFit fit, Func<int, long, CancellationToken, bool> tryCommit)
    : IPartitionOutput
{
    private bool _ended;
    private long _refused;

    /// <inheritdoc/>
    public long RefusedPredictions => Volatile.Read(ref _refused);

    /// <inheritdoc/>
    public Task CommitAsync(OutputBatch outputs, long nextOffset, CancellationToken stop) => Task.Run(() => Commit(outputs, nextOffset, stop), CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose() => _ended = true;

    private void Commit(OutputBatch outputs, long nextOffset, CancellationToken stop)
    {
        if (_ended) throw new PartitionOutputException(partition.Partition, $"The output of {partition} has ended; make another one.");
        _ended = true; // until all has gone well
        sender.Send(outputs.Count, i => fit.At(outputs, i), stop);
        Interlocked.Add(ref _refused, fit.CountRefused(outputs));
        if (!tryCommit(partition.Partition, nextOffset, stop))
            throw new PartitionFencedException(partition.Partition, $"{partition} belongs to another worker now: the group refused offset {nextOffset}.");
        _ended = false;
    }
}
