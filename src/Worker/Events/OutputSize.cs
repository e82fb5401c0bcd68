using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>How many bytes a record takes in a topic: the one reckoning of key, value and headers together.</summary>
/// <remarks>Kafka's message format 2 (KIP-98): a batch of its own has 61 bytes before the record, and the record's lengths and deltas are
/// variable-length integers, here at their longest. So what fits by this reckoning fits into <c>max.message.bytes</c>, by client and broker,
/// at most some hundred bytes too early.</remarks>
internal static class OutputSize
{
    private const int Batch = 61, Record = 36, Header = 10;

    /// <summary>Bytes at most.</summary>
    public static long Of(byte[]? key, int valueBytes, IReadOnlyList<RecordHeader>? headers)
    {
        long bytes = Batch + Record + (key?.Length ?? 0) + valueBytes;
        return bytes + RecordHeader.BytesOf(headers) + Header * (headers?.Count ?? 0);
    }
}
