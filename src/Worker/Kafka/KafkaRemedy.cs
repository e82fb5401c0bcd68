namespace StreamMoe.Worker.Kafka;

/// <summary>What to do about an error of a producer.</summary>
internal enum KafkaRemedy
{
    /// <summary>The same call again, later.</summary>
    Retry,

    /// <summary>End the transaction without effect, begin another one, send the same again.</summary>
    Abort,

    /// <summary>Someone else owns the partition: drop everything, write nothing.</summary>
    Fenced,

    /// <summary>No try will ever succeed, or this producer is dead: too large a message, a missing right, a broker without transactions.</summary>
    Fatal,
}
