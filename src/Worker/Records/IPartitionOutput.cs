namespace StreamMoe.Worker.Records;

/// <summary>Takes what one partition puts out, together with how far it has come.</summary>
internal interface IPartitionOutput : IDisposable
{
    /// <value>Predictions that were too large for their topic and became dead letters, since the partition was taken over. Any thread.</value>
    long RefusedPredictions => 0;

    /// <summary>Makes outputs and position durable: in one transaction (exactly once), or the outputs first and the position behind them (at least once).</summary>
    /// <param name="outputs">What was put out since the last commit; not touched before the task ends. May be empty: the position alone.</param>
    /// <param name="nextOffset">Offset of the first record that is not reflected.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Ends when everything is durable. Errors that pass are tried again inside.</returns>
    /// <exception cref="PartitionFencedException">The partition belongs to somebody else by now: nothing more may be written for it.</exception>
    Task CommitAsync(OutputBatch outputs, long nextOffset, CancellationToken stop);
}
