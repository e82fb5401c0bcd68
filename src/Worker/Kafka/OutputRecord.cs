namespace StreamMoe.Worker.Kafka;

/// <summary>One record to write. Its bytes are kept, not copied, until it is committed: do not change them.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key, or null.</param>
/// <param name="Value">The value; null deletes the key from a compacted topic.</param>
/// <param name="Headers">Name and bytes of each header, or null for none.</param>
/// <param name="Partition">The partition, or null to choose it by the key's murmur2 hash (without a key: at random).</param>
internal readonly record struct OutputRecord(string Topic, byte[]? Key, byte[]? Value,
    IReadOnlyList<KeyValuePair<string, byte[]>>? Headers = null, int? Partition = null);
