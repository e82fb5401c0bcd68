namespace StreamMoe.Worker.Kafka.Feed;

/// <summary>When the labels of a stream are sent.</summary>
internal enum FeedLabels
{
    /// <summary>In the events.</summary>
    InEvents,

    /// <summary>As records of their own, after their events.</summary>
    Late,

    /// <summary>Never.</summary>
    None,
}
