namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>A place in a checkpoint that is not as it was written, or not as this build reads it.</summary>
/// <param name="Part">What stands there: <c>the head</c>, <c>section 'learner'</c>, <c>the digest of the whole</c>.</param>
/// <param name="From">Its first byte.</param>
/// <param name="Length">Its length in bytes; 0 when the bytes are missing.</param>
/// <param name="What">What was found and what must be there.</param>
public sealed record CheckpointFault(string Part, long From, long Length, string What)
{
    /// <value>True when nothing is damaged, but the format is one that this build does not read. The default is false.</value>
    public bool IsOtherFormat { get; init; }

    /// <summary>One line: part, bytes (first and last) and what is wrong.</summary>
    public override string ToString() => Length > 0 ? $"{Part}, bytes {From} to {From + Length - 1}: {What}" : $"{Part}, at byte {From}: {What}";
}
