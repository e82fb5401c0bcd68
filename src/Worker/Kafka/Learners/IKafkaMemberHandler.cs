namespace StreamMoe.Worker.Kafka.Learners;

/// <summary>What a <see cref="KafkaMember"/> tells. Changes of assignment come on its poll thread, one at a time.</summary>
/// <remarks>A call that takes longer than <c>max.poll.interval.ms</c> (5 minutes) loses the member its learners. An exception ends the
/// member: <see cref="KafkaMember.Completion"/> faults with it.</remarks>
internal interface IKafkaMemberHandler
{
    /// <value>For how long work has been in hand without anything moving; zero while there is none, or while it moves.</value>
    TimeSpan StuckFor { get; }

    /// <summary>Learners were assigned, perhaps none. Returns at once: they are restored elsewhere.</summary>
    void Assigned(IReadOnlyList<int> learners);

    /// <summary>Learners are taken away when this call returns; until then this worker owns them and may commit.</summary>
    void Revoking(IReadOnlyList<int> learners);

    /// <summary>Learners are gone, and someone else may own them: write nothing for them.</summary>
    void Lost(IReadOnlyList<int> learners);
}
