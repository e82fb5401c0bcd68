namespace StreamMoe.Worker.Kafka;

/// <summary>The brokers, or a topic that is needed, cannot be reached; the text names addresses or topic and what to do.</summary>
internal sealed class KafkaUnreachableException(string message, Exception? cause = null) : Exception(message, cause);
