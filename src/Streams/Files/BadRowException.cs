namespace StreamMoe.Streams.Files;

/// <summary>A row of a file that does not fit the schema; thrown under <see cref="BadRowAction.Stop"/>.</summary>
/// <remarks>The text is <c>file:line: found and allowed</c>, for example <c>electricity.csv:1187: expected 9 columns, found 7.</c>
/// The stream stays usable: the next call reads the row behind the bad one.</remarks>
public sealed class BadRowException : StreamFileException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">The file as it was named when it was opened.</param>
    /// <param name="line">Line on which the row begins, from 1.</param>
    /// <param name="problem">What was found and what is allowed.</param>
    public BadRowException(string file, long line, string problem) : base($"{file}:{line}: {problem}")
    {
        File = file;
        Line = line;
    }

    /// <value>The file as it was named when it was opened.</value>
    public string File { get; }

    /// <value>Line on which the row begins, from 1.</value>
    public long Line { get; }
}
