namespace StreamMoe.Worker.Kafka;

/// <summary>The native Kafka library is missing or too old; the text says what to install.</summary>
public sealed class KafkaLibraryException : Exception
{
    /// <summary>Makes the exception from its text.</summary>
    public KafkaLibraryException(string message, Exception? cause = null) : base(message, cause) { }
}
