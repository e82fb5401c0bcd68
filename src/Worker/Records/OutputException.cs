namespace StreamMoe.Worker.Records;

/// <summary>Outputs cannot be written, now or later; the text says whose, what was tried and why it failed.</summary>
internal sealed class OutputException(string message, Exception? cause = null) : Exception(message, cause);
