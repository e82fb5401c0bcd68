namespace StreamMoe.Streams.Catalogue;

/// <summary>A text that was to name a stream does not: an unknown name or option, a value out of its range, or a broken composition.</summary>
public sealed class StreamFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="text">The text that was read.</param>
    /// <param name="faults">All faults found in it, one sentence each: what was found, and what is allowed.</param>
    /// <param name="inner">The exception that caused it, if any.</param>
    public StreamFormatException(string text, IReadOnlyList<string> faults, Exception? inner = null)
        : base($"Stream \"{text}\": {string.Join(' ', faults)}", inner)
    {
        Text = text;
        Faults = faults;
    }

    /// <value>The text that was read.</value>
    public string Text { get; }

    /// <value>All faults found in it, one sentence each; at least one.</value>
    public IReadOnlyList<string> Faults { get; }
}
