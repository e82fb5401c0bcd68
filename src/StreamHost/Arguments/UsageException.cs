namespace StreamMoe.StreamHost.Arguments;

/// <summary>The command line asks for something that cannot be: the message says what was found and what is allowed.</summary>
internal sealed class UsageException(string message) : Exception(message);
