using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Writes dead letters: the record's own key and value, headers that say why, and after these the record's own headers.</summary>
/// <remarks>Headers of the record whose names begin with <c>streammoe-</c> are left out, so that nobody can pretend where a letter came from.</remarks>
internal static class DeadLetterWriter
{
    /// <summary>What the names of the worker's headers begin with.</summary>
    public const string Prefix = "streammoe-";

    /// <summary>Names of the headers.</summary>
    public const string Reason = "streammoe-reason", Error = "streammoe-error", Source = "streammoe-source", Truncated = "streammoe-truncated";

    /// <summary>Writes a dead letter.</summary>
    /// <param name="outputs">Where to.</param>
    /// <param name="record">The record.</param>
    /// <param name="reason">Why.</param>
    /// <param name="error">The whole story.</param>
    /// <param name="maxBytes">A longer value is cut to this length, and <c>streammoe-truncated</c> tells its length and SHA-256 (hexadecimal).</param>
    public static void Write(OutputBatch outputs, in SourceRecord record, DeadLetterReason reason, string error, int maxBytes)
    {
        byte[] value = record.Value ?? [];
        int kept = Math.Min(value.Length, maxBytes);
        outputs.Writer.Write(value.AsSpan(0, kept));
        outputs.Add(OutputKind.DeadLetter, record.Key, record,
            HeadersOf(record, DeadLetterReasons.BytesOf(reason), Encoding.UTF8.GetBytes(error), record.Key, kept, OwnOf(record)), nullValue: record.Value is null);
    }

    /// <summary>A dead letter that is no larger than its topic takes: as much of the record as there is room for.</summary>
    /// <remarks>The record's own headers go first; then a key that is longer than its SHA-256 in hexadecimal becomes that; then the value is cut, then the
    /// text of the error. <c>streammoe-truncated</c> tells what is not whole: <c>LENGTH HASH</c> (SHA-256) of the value, <c>key LENGTH HASH</c> of the key,
    /// <c>headers COUNT BYTES</c>.</remarks>
    /// <param name="record">The record.</param>
    /// <param name="reason">The header <c>streammoe-reason</c>.</param>
    /// <param name="error">The header <c>streammoe-error</c>.</param>
    /// <param name="maxValueBytes">Bytes of the value at most.</param>
    /// <param name="room">Bytes of all of it at most, as <see cref="OutputSize"/> reckons.</param>
    /// <returns>Null when not even the headers have room.</returns>
    public static (byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers)? Fit(
        SourceRecord record, byte[] reason, byte[] error, int maxValueBytes, long room)
    {
        byte[]? key = record.Key;
        int kept = Math.Min(record.Value?.Length ?? 0, maxValueBytes);
        List<RecordHeader>? own = OwnOf(record);
        List<RecordHeader> headers = Headers(error);
        if (Excess() > 0 && own is not null)
        {
            own = null;
            headers = Headers(error);
        }
        if (Excess() > 0 && key?.Length > 2 * SHA256.HashSizeInBytes)
        {
            key = Encoding.ASCII.GetBytes(HashOf(key));
            headers = Headers(error);
        }
        // Twice, as the header that tells of the cut needs room too.
        for (int i = 0; i < 2 && Excess() > 0; i++)
        {
            kept = (int)Math.Max(0, kept - Excess());
            headers = Headers(error);
        }
        if (Excess() > 0)
        {
            int length = (int)Math.Max(0, error.Length - Excess());
            while (length > 0 && (error[length] & 0xC0) == 0x80) length--; // not in the middle of a character
            headers = Headers(error[..length]);
        }
        return Excess() > 0 ? null : (key, record.Value is null ? null : record.Value[..kept], headers);

        long Excess() => OutputSize.Of(key, kept, headers) - room;
        List<RecordHeader> Headers(byte[] text) => HeadersOf(record, reason, text, key, kept, own);
    }

    /// <summary>The record's own headers that a letter keeps; null for none.</summary>
    private static List<RecordHeader>? OwnOf(in SourceRecord record)
        => record.Headers?.Where(h => !h.Name.StartsWith(Prefix, StringComparison.Ordinal)).ToList() is { Count: > 0 } own ? own : null;

    private static List<RecordHeader> HeadersOf(SourceRecord record, byte[] reason, byte[] error, byte[]? key, int kept, List<RecordHeader>? own)
    {
        List<RecordHeader> headers = [new(Reason, reason), new(Error, error), new(Source, Encoding.UTF8.GetBytes($"{record.Source}@{record.Offset}"))];
        List<string> cut = [];
        if (record.Value is { } value && kept < value.Length) cut.Add($"{value.Length} {HashOf(value)}");
        if (record.Key is { } whole && !ReferenceEquals(key, whole)) cut.Add($"key {whole.Length} {HashOf(whole)}");
        if (own is null && OwnOf(record) is { } lost) cut.Add($"headers {lost.Count} {RecordHeader.BytesOf(lost)}");
        if (cut.Count > 0) headers.Add(new(Truncated, Encoding.ASCII.GetBytes(string.Join("; ", cut))));
        headers.AddRange(own ?? []);
        return headers;
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
