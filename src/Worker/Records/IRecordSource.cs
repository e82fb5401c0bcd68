namespace StreamMoe.Worker.Records;

/// <summary>Where records come from: Kafka, the embedded stream, or a script in tests.</summary>
internal interface IRecordSource : IDisposable
{
    /// <summary>Delivers records and changes of assignment to the handler, from one thread, until told to stop or the source ends.
    /// Before it returns, all partitions have been revoked.</summary>
    void Run(IRecordHandler handler, CancellationToken stop);

    /// <summary>Stops delivering a partition's records; those on their way may still come. May be called from any thread.</summary>
    void Pause(PartitionId partition);

    /// <summary>Goes on delivering a partition's records. May be called from any thread.</summary>
    void Resume(PartitionId partition);

    /// <summary>The offset behind a partition's last record, as the source last heard of it; null when it does not know. Asks nobody and waits for
    /// nothing. May be called from any thread.</summary>
    long? EndOf(PartitionId partition) => null;

    /// <summary>Gives everything up and asks for partitions anew, after one was fenced. May be called from any thread.</summary>
    void Rejoin();
}
