namespace StreamMoe.Worker.Events;

/// <summary>A record turned out bad while it was decoded. Never leaves <see cref="EventDecoder"/>.</summary>
internal sealed class BadEventException(DeadLetterReason reason, string message) : Exception(message)
{
    /// <value>Why.</value>
    public DeadLetterReason Reason { get; } = reason;
}
