namespace StreamMoe.Streams;

/// <summary>A source of instances in a fixed order: a generator, a composition of them, or a file.</summary>
/// <remarks>Used by one thread. The same stream made with the same options gives the same instances.</remarks>
public abstract class InstanceStream : IDisposable
{
    /// <value>What the instances look like. The object stays the same; nominal domains and classes may grow while reading.</value>
    public abstract Schema Schema { get; }

    /// <value>Rows that could not be read and were left out so far; 0 for a stream that is no file.</value>
    public virtual long BadRowCount => 0;

    /// <value>What a user should know of how the stream is read, one sentence each: a column that is nominal because of a single text, for example. None for most.</value>
    public virtual IReadOnlyList<string> Notices => [];

    /// <summary>Takes the next instance.</summary>
    /// <param name="features">Receives the features; length = the schema's attribute count. NaN = missing, a nominal value is its index.</param>
    /// <param name="label">The class index, or <see cref="InstanceBlock.NoLabel"/> when the instance has no label.</param>
    /// <returns>False when the stream has ended; generators never end.</returns>
    public abstract bool Next(Span<double> features, out int label);

    /// <summary>Goes back to the beginning. What survives a restart is stated by each stream.</summary>
    public abstract void Restart();

    /// <summary>Adds instances to a block until it is full, the limit is reached or the stream ends.</summary>
    /// <param name="block">Receives the rows behind those that it holds already.</param>
    /// <param name="limit">Largest number of rows to add.</param>
    /// <returns>The number of rows added; fewer than asked only at the end of the stream.</returns>
    public int Fill(InstanceBlock block, int limit = int.MaxValue)
    {
        int added = 0;
        while (added < limit && !block.IsFull && Next(block.BeginRow(), out int label))
        {
            block.EndRow(label);
            added++;
        }
        return added;
    }

    /// <summary>Releases what the stream holds (files); generators hold nothing.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
