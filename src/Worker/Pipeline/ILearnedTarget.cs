namespace StreamMoe.Worker.Pipeline;

/// <summary>Where learned batches go, to be put out in their order.</summary>
internal interface ILearnedTarget
{
    /// <summary>Takes a batch.</summary>
    /// <param name="batch">The batch; from now on the target's.</param>
    /// <returns>An empty one for what comes next; may be the same.</returns>
    LearnedBatch Put(LearnedBatch batch);
}
