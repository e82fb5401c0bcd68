namespace StreamMoe.Worker.Records;

/// <summary>One learner of an event topic.</summary>
/// <param name="Topic">The event topic.</param>
/// <param name="Learner">Its number, ≥ 0.</param>
internal sealed record LearnerId(string Topic, int Learner)
{
    /// <summary><c>topic-l0</c>, as it stands in messages, checkpoints and their places.</summary>
    public override string ToString() => $"{Topic}-l{Learner}";
}
