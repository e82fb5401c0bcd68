namespace StreamMoe.Streams.Composition;

/// <summary>A stream made of another one, which it owns: rows are left out, or get more attributes.</summary>
internal abstract class DerivedStream : InstanceStream
{
    /// <param name="source">The stream underneath; owned from now on.</param>
    private protected DerivedStream(InstanceStream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
    }

    /// <value>The stream underneath.</value>
    public InstanceStream Source { get; }

    /// <value>The schema of <see cref="Source"/>, unless the stream changes it.</value>
    public override Schema Schema => Source.Schema;

    /// <inheritdoc/>
    public override long BadRowCount => Source.BadRowCount;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Notices => Source.Notices;

    /// <summary>Releases the stream underneath.</summary>
    public sealed override void Dispose()
    {
        Source.Dispose();
        base.Dispose();
    }
}
