namespace StreamMoe.StreamHost.Replay;

/// <summary>What a replay is to do, apart from the stream and the learner.</summary>
internal sealed record ReplaySettings
{
    /// <summary>Largest number of instances, ≥ 1; the end of the stream may come first.</summary>
    public long Instances { get; init; } = long.MaxValue;

    /// <summary>Results in the window, ≥ 1. The default is 1,000.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>How many instances later a label is learned, ≥ 0. The default is 0: at once.</summary>
    public int LabelDelay { get; init; }
}
