using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka;

/// <summary>One record of a topic, as a <see cref="KafkaReader"/> reads it: its position, its time and its bytes, which nobody changes any more.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition, 0 or more.</param>
/// <param name="Offset">The offset, 0 or more.</param>
/// <param name="TimestampMilliseconds">The record's time, milliseconds since 1970-01-01 UTC; 0 when the broker has none.</param>
/// <param name="KeyBytes">The key; null when it has none.</param>
/// <param name="ValueBytes">The value; null for a tombstone.</param>
/// <param name="Headers">Name and bytes of each header.</param>
internal sealed record KafkaRecord(string Topic, int Partition, long Offset, long TimestampMilliseconds, byte[]? KeyBytes, byte[]? ValueBytes,
    IReadOnlyList<RecordHeader> Headers)
{
    /// <value>False when the key is null.</value>
    public bool HasKey => KeyBytes is not null;

    /// <value>False when the value is null.</value>
    public bool HasValue => ValueBytes is not null;

    /// <value>The key; empty when it is null.</value>
    public ReadOnlySpan<byte> Key => KeyBytes;

    /// <value>The value; empty when it is null.</value>
    public ReadOnlySpan<byte> Value => ValueBytes;
}
