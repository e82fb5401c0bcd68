namespace StreamMoe.Worker.Records;

/// <summary>What a source of learners and records tells. Changes of assignment come one at a time; records of one partition come in offset
/// order, one at a time, and may come from another thread than changes of assignment.</summary>
internal interface ILearnerHandler
{
    /// <summary>A learner is now this worker's: fences its former owner and begins to restore its state. May take long; does not need records.</summary>
    /// <param name="assignment">The learner, its order log and its sources.</param>
    /// <param name="stop">The learner is not wanted any more, or the worker ends.</param>
    /// <returns>Where to read each of its sources from. What the order log tells is learned again from these records, which are then delivered
    /// as all others.</returns>
    /// <exception cref="StreamMoe.DriftMoe.Checkpoints.CheckpointException">The state cannot be restored: the worker must stop.</exception>
    /// <exception cref="Order.OrderException">The order log cannot be followed: the worker must stop.</exception>
    Task<IReadOnlyList<SourceStart>> AssignedAsync(LearnerAssignment assignment, CancellationToken stop);

    /// <summary>A further source of a learner was found; its records are delivered from <see cref="SourcePosition.Initial"/> on, after this call.</summary>
    /// <returns>False when the learner has it already, or is not this worker's: nothing is to be delivered.</returns>
    bool Found(int learner, SourcePosition source);

    /// <summary>Learners are about to be given up: all of them at once finish the batch in hand, commit and write a checkpoint. One whose
    /// restoring has not ended is dropped.</summary>
    Task RevokingAsync(IReadOnlyList<int> learners);

    /// <summary>Learners were taken away: their states are dropped, and nothing is written.</summary>
    Task LostAsync(IReadOnlyList<int> learners);

    /// <summary>A record. Never blocks: when the partition's queue is full the handler pauses it.</summary>
    void Received(in SourceRecord record);

    /// <summary>A partition has been read to its end.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The offset after everything in it, control records included.</param>
    void EndReached(PartitionId partition, long offset);

    /// <value>True when a learner that is here needs the headers of its records; known once <see cref="AssignedAsync"/> has ended.</value>
    bool NeedsHeaders => false;

    /// <value>For how long work has been in hand (records or a commit) without anything moving; zero while there is none, or while it moves.
    /// Re-learning moves. A member that is stuck for longer than <c>max.poll.interval.ms</c> is not polled, so that its learners go elsewhere.</value>
    TimeSpan StuckFor { get; }
}
