namespace StreamMoe.Worker.Checkpoints;

/// <summary>A compacted log of keys and values: for every key the last value counts.</summary>
/// <remarks>Calls may come from several threads.</remarks>
internal interface IChangelog
{
    /// <value>Bytes of a value at most, ≥ 1: what fits into a record with its key.</value>
    int MaxValueBytes { get; }

    /// <summary>Appends values in order; all are durable when the call returns.</summary>
    /// <param name="partition">The partition of the changelog, as of the source.</param>
    /// <param name="entries">Keys and values; a null value deletes the key.</param>
    /// <exception cref="IOException">Not all of them could be appended.</exception>
    void Append(int partition, IReadOnlyList<KeyValuePair<string, byte[]?>> entries);

    /// <summary>Reads the last value of every key, up to the end of the log as it is now; deleted keys are absent.</summary>
    /// <param name="partition">The partition of the changelog.</param>
    /// <param name="wanted">The keys whose values are wanted.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    IReadOnlyDictionary<string, byte[]> ReadLatest(int partition, Func<string, bool> wanted);
}
