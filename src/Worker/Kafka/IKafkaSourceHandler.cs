namespace StreamMoe.Worker.Kafka;

/// <summary>What a <see cref="KafkaSource"/> tells the worker. All calls come on its poll thread, one at a time.</summary>
/// <remarks>A call that takes longer than <c>max.poll.interval.ms</c> (5 minutes) loses the member its partitions. An exception ends the
/// source: <see cref="KafkaSource.Completion"/> faults with it.</remarks>
internal interface IKafkaSourceHandler
{
    /// <summary>Partitions were assigned, perhaps none. Nothing of them is delivered before <see cref="KafkaSource.Begin"/> is called for
    /// each, here or later from any thread; so restoring a learner need not hold up the poll thread.</summary>
    void Assigned(IReadOnlyList<int> partitions);

    /// <summary>Partitions are taken away when this call returns; until then this worker owns them and may commit.</summary>
    void Revoking(IReadOnlyList<int> partitions);

    /// <summary>Partitions are gone, and someone else may own them: write nothing for them.</summary>
    void Lost(IReadOnlyList<int> partitions);

    /// <summary>The next record of a partition, in offset order. The handler owns it and gives it back by <see cref="KafkaRecord.Return"/>.
    /// To slow down, call <see cref="KafkaSource.Pause"/> here: no further record of the partition comes.</summary>
    void Record(KafkaRecord record);

    /// <summary>A partition cannot be read on, for example since the next offset is no longer in the log. It delivers nothing until
    /// <see cref="KafkaSource.Begin"/> is called for it again.</summary>
    void Broken(int partition, KafkaPositionException reason);
}
