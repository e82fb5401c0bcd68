using System.Globalization;
using System.Text;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>One record of the dead-letter topic.</summary>
/// <param name="Partition">Partition of the dead-letter topic.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="Reason">The header <c>streammoe-reason</c>; empty when it is missing, so that the record is not a worker's.</param>
/// <param name="Error">The header <c>streammoe-error</c>.</param>
/// <param name="Source">Topic and partition of the original record; null when <c>streammoe-source</c> does not tell them.</param>
/// <param name="SourceOffset">The original record's offset; −1 when it is not told.</param>
/// <param name="Key">The original key, or its SHA-256.</param>
/// <param name="Value">The original value, or its beginning.</param>
/// <param name="Truncated">The header <c>streammoe-truncated</c>: what of value, key and headers is not whole; null when all of it is.</param>
internal sealed record DeadLetter(int Partition, long Offset, string Reason, string Error, PartitionId? Source, long SourceOffset,
    byte[]? Key, byte[]? Value, string? Truncated)
{
    /// <value>The original headers, as far as the worker read them; null for none.</value>
    public IReadOnlyList<RecordHeader>? Headers { get; init; }

    /// <summary>Reads a record of the dead-letter topic.</summary>
    public static DeadLetter Of(KafkaRecord record)
    {
        (PartitionId? source, long offset) = SourceOf(Header(record, "streammoe-source") ?? "");
        return new DeadLetter(record.Partition, record.Offset, Header(record, "streammoe-reason") ?? "", Header(record, "streammoe-error") ?? "",
            source, offset, record.KeyBytes, record.ValueBytes,
            Header(record, "streammoe-truncated"))
        {
            Headers = record.Headers.Where(h => !h.Name.StartsWith(DeadLetterWriter.Prefix, StringComparison.Ordinal)).ToList() is { Count: > 0 } own ? own : null,
        };
    }

    /// <value>Where the original record stood, as <c>topic-partition@offset</c>; a question mark when that is not known.</value>
    public string SourceText => Source is null ? "?" : $"{Source}@{SourceOffset}";

    /// <value>Why the record cannot be sent back; null when it can.</value>
    public string? Obstacle
        => Reason.Length == 0 ? "it has no header streammoe-reason, so no worker wrote it"
            : Source is null ? "its header streammoe-source does not name topic, partition and offset"
            : Truncated is not null ? $"{Kept(Truncated)} kept ({Truncated}); send the original again, and set kafka:maxDeadLetterBytes or max.message.bytes of topic and client higher"
            : null;

    private string Kept(string truncated) => truncated.Split(' ')[0] switch
    {
        "key" => "only the SHA-256 of its key was",
        "headers" => "only its key and value, not its headers, were",
        _ => $"only the first {Value?.Length ?? 0} bytes of its value were",
    };

    private static string? Header(KafkaRecord record, string name)
        => record.Headers.FirstOrDefault(h => h.Name == name) is { Value: { } value } ? Encoding.UTF8.GetString(value) : null;

    private static (PartitionId? Source, long Offset) SourceOf(string text)
    {
        int at = text.LastIndexOf('@'), hyphen = at < 0 ? -1 : text.LastIndexOf('-', at);
        return hyphen > 0 && int.TryParse(text.AsSpan(hyphen + 1, at - hyphen - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            && long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            ? (new PartitionId(text[..hyphen], partition), offset) : (null, -1);
    }
}
