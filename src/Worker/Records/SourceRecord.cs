namespace StreamMoe.Worker.Records;

/// <summary>One consumed record with its bytes, which nobody changes any more.</summary>
/// <param name="Source">Where it comes from; one object for all records of a partition.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="Timestamp">The record's timestamp in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Key">The key; null when it has none.</param>
/// <param name="Value">The value; null for a tombstone.</param>
internal readonly record struct SourceRecord(PartitionId Source, long Offset, long Timestamp, byte[]? Key, byte[]? Value)
{
    /// <value>All of its headers in order, where <see cref="HeaderUse.Events"/> says that events need them; null for none.</value>
    public IReadOnlyList<RecordHeader>? Headers { get; init; }

    /// <value>Its header <c>traceparent</c>, where <see cref="HeaderUse.Traces"/> asks for it. For telemetry alone, apart from
    /// <see cref="Headers"/>, so that no output can depend on telemetry.</value>
    public byte[]? TraceParent { get; init; }

    /// <value>Bytes that it keeps in memory: key, value and headers.</value>
    public long ByteCount => (Key?.Length ?? 0) + (Value?.Length ?? 0) + RecordHeader.BytesOf(Headers);
}
