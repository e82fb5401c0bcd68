namespace StreamMoe.Streams.Files;

/// <summary>A file that cannot be read as a stream: missing, of an unknown kind, damaged, or with a header that does not fit.</summary>
/// <remarks>The text says where (file and line), what was found, what is allowed and what to do.
/// A single row that does not fit is a <see cref="BadRowException"/>.</remarks>
public class StreamFileException : Exception
{
    /// <summary>Makes the exception with its whole text.</summary>
    public StreamFileException(string message) : base(message) { }

    /// <summary>Makes the exception with its whole text and the exception that caused it.</summary>
    public StreamFileException(string message, Exception inner) : base(message, inner) { }
}
