using System.Collections.Concurrent;
using Confluent.Kafka;

namespace StreamMoe.Worker.Kafka;

/// <summary>Recycles records, and fills them straight from the client's memory.</summary>
/// <remarks>As a deserializer it is called on the poll thread, first for the key and then for the value of the same record; both go into one
/// record, which <see cref="Take"/> hands out. <see cref="Return"/> may be called on any thread.</remarks>
internal sealed class KafkaRecordPool : IDeserializer<KafkaRecord>
{
    private const int LargestCount = 16_384;

    private readonly ConcurrentQueue<KafkaRecord> _free = new();
    private KafkaRecord? _current;

    /// <inheritdoc/>
    public KafkaRecord Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        KafkaRecord record = _current ??= _free.TryDequeue(out KafkaRecord? free) ? free : new KafkaRecord(this);
        if (context.Component == MessageComponentType.Key) record.SetKey(data, isNull);
        else record.SetValue(data, isNull);
        return record;
    }

    /// <summary>The record that was filled last, at its position; the next one is filled into another.</summary>
    public KafkaRecord Take(string topic, int partition, long offset, long timestampMilliseconds)
    {
        KafkaRecord record = _current!;
        _current = null;
        record.SetPosition(topic, partition, offset, timestampMilliseconds);
        return record;
    }

    /// <summary>Keeps the record for later, up to a count.</summary>
    public void Return(KafkaRecord record)
    {
        record.Shrink();
        if (_free.Count < LargestCount) _free.Enqueue(record);
    }
}
