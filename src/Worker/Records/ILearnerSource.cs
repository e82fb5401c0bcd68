namespace StreamMoe.Worker.Records;

/// <summary>Where learners and their records come from: Kafka, the embedded stream, or a script in tests.</summary>
internal interface ILearnerSource : IDisposable
{
    /// <summary>Tells the handler which learners are this worker's, and delivers their records, until told to stop or the source ends. Before
    /// it returns, all learners have been given up.</summary>
    void Run(ILearnerHandler handler, CancellationToken stop);

    /// <summary>Stops delivering a partition's records; those on their way may still come. Any thread.</summary>
    void Pause(PartitionId partition);

    /// <summary>Goes on delivering a partition's records. Any thread.</summary>
    void Resume(PartitionId partition);

    /// <summary>The offset after a partition's last record, as the source last heard of it; null when it does not know. Asks nobody and waits
    /// for nothing. Any thread.</summary>
    long? EndOf(PartitionId partition) => null;

    /// <summary>Gives everything up and asks for learners anew, after one was fenced. Any thread.</summary>
    void Rejoin();
}
