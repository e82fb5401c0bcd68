namespace StreamMoe.Worker.Kafka.Feed;

/// <summary>How a stream is sent to a topic.</summary>
/// <param name="Topic">The topic of the events.</param>
/// <param name="Labels">When labels are sent.</param>
internal sealed record FeedPlan(string Topic, FeedLabels Labels)
{
    /// <value>The topic of late labels; null = the events' topic.</value>
    public string? LabelTopic { get; init; }

    /// <value>A late label follows the event that comes so many behind its own, ≥ 0.</value>
    public int LabelDelay { get; init; }

    /// <value>Features as an array in schema order, and no id where none is needed.</value>
    public bool AsArray { get; init; }

    /// <value>Events a second at most; null = as fast as the brokers take them.</value>
    public double? Rate { get; init; }
}
