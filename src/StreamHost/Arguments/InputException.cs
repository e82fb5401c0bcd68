namespace StreamMoe.StreamHost.Arguments;

/// <summary>What a command was given to read cannot be read: the message says what was found, what is allowed, and where.</summary>
internal sealed class InputException(string message) : Exception(message);
