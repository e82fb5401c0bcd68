namespace StreamMoe.Worker.Kafka;

/// <summary>A partition cannot be read from where it should be; the text names partition, offset and cause.</summary>
internal sealed class KafkaPositionException(string message, Exception? cause = null) : Exception(message, cause);
