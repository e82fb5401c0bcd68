namespace StreamMoe.Experts.State;

/// <summary>Bytes that were to be read as a learner's state are not one: damaged, cut short, or written by something else.</summary>
public sealed class StateFormatException : Exception
{
    /// <summary>Makes the exception with a text that says what was found and what was expected, and where.</summary>
    public StateFormatException(string message) : base(message) { }

    /// <summary>Makes the exception with a text and the exception that caused it.</summary>
    public StateFormatException(string message, Exception inner) : base(message, inner) { }
}
