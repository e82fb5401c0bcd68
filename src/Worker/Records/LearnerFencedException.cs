namespace StreamMoe.Worker.Records;

/// <summary>Another worker has taken the learner over: drop it and its output, write nothing.</summary>
internal sealed class LearnerFencedException(int learner, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <value>The learner.</value>
    public int Learner { get; } = learner;
}
