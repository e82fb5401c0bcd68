namespace StreamMoe.Worker.Pipeline;

/// <summary>The worker had to stop.</summary>
internal sealed class WorkerException(string message, Exception inner) : Exception(message, inner);
