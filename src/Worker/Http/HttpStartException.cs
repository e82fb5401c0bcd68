namespace StreamMoe.Worker.Http;

/// <summary>The HTTP side cannot start.</summary>
internal sealed class HttpStartException(string message, Exception? inner = null) : Exception(message, inner);
