namespace StreamMoe.Worker.Kafka;

/// <summary>One record of a topic: its position, its time, and a copy of its bytes.</summary>
/// <remarks>Records of a source are recycled: whoever gets one calls <see cref="Return"/> when it is done with it, once, and does not look
/// at it afterwards. One that is never returned is only garbage. Not for two threads at once.</remarks>
internal sealed class KafkaRecord
{
    private const int LargestKeptBuffer = 65_536;

    private readonly KafkaRecordPool? _pool;
    private byte[] _bytes = [];
    private int _keyLength = -1, _valueLength = -1;

    internal KafkaRecord(KafkaRecordPool? pool) => _pool = pool;

    /// <value>The topic.</value>
    public string Topic { get; private set; } = "";

    /// <value>The partition, 0 or more.</value>
    public int Partition { get; private set; }

    /// <value>The offset, 0 or more.</value>
    public long Offset { get; private set; }

    /// <value>The record's time, milliseconds since 1970-01-01 UTC; 0 when the broker has none.</value>
    public long TimestampMilliseconds { get; private set; }

    /// <value>False when the key is null.</value>
    public bool HasKey => _keyLength >= 0;

    /// <value>False when the value is null.</value>
    public bool HasValue => _valueLength >= 0;

    /// <value>The key's bytes; empty when it is null. Valid until <see cref="Return"/>.</value>
    public ReadOnlySpan<byte> Key => _bytes.AsSpan(0, Math.Max(0, _keyLength));

    /// <value>The value's bytes; empty when it is null. Valid until <see cref="Return"/>.</value>
    public ReadOnlySpan<byte> Value => _bytes.AsSpan(Math.Max(0, _keyLength), Math.Max(0, _valueLength));

    /// <value>Name and bytes of each header; only a <see cref="KafkaReader"/> fills them.</value>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Headers { get; private set; } = [];

    /// <summary>A record that no broker sent, for tests and other sources.</summary>
    public static KafkaRecord Of(string topic, int partition, long offset, byte[]? key, byte[]? value, long timestampMilliseconds = 0,
        IReadOnlyList<KeyValuePair<string, byte[]>>? headers = null)
    {
        KafkaRecord record = new(null);
        record.SetKey(key, key is null);
        record.SetValue(value, value is null);
        record.SetPosition(topic, partition, offset, timestampMilliseconds);
        record.Headers = headers ?? [];
        return record;
    }

    /// <summary>Gives the record back to its source, to be filled again.</summary>
    public void Return() => _pool?.Return(this);

    internal void SetKey(ReadOnlySpan<byte> key, bool isNull)
    {
        _keyLength = isNull ? -1 : key.Length;
        if (_bytes.Length < key.Length) _bytes = new byte[key.Length + 256];
        key.CopyTo(_bytes);
    }

    internal void SetValue(ReadOnlySpan<byte> value, bool isNull)
    {
        _valueLength = isNull ? -1 : value.Length;
        int start = Math.Max(0, _keyLength);
        if (_bytes.Length < start + value.Length) Array.Resize(ref _bytes, start + value.Length + value.Length / 4);
        value.CopyTo(_bytes.AsSpan(start));
    }

    internal void SetPosition(string topic, int partition, long offset, long timestampMilliseconds)
        => (Topic, Partition, Offset, TimestampMilliseconds) = (topic, partition, offset, timestampMilliseconds);

    /// <summary>Lets a large buffer go, so that one large record does not hold memory for ever.</summary>
    internal void Shrink()
    {
        if (_bytes.Length > LargestKeptBuffer) _bytes = [];
    }
}
