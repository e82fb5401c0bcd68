using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Writes dead letters: the record's own key and value, and headers that say why.</summary>
internal static class DeadLetterWriter
{
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
            HeadersOf(record, DeadLetterReasons.BytesOf(reason), Encoding.UTF8.GetBytes(error), record.Key, kept), nullValue: record.Value is null);
    }

    /// <summary>A dead letter that is no larger than its topic takes: as much of the record as there is room for.</summary>
    /// <remarks>A key that is longer than its SHA-256 in hexadecimal becomes that; then the value is cut, then the text of the error.
    /// <c>streammoe-truncated</c> tells length and SHA-256 of what is not whole: <c>LENGTH HASH</c> of the value, <c>key LENGTH HASH</c> of the key.</remarks>
    /// <param name="record">The record.</param>
    /// <param name="reason">The header <c>streammoe-reason</c>.</param>
    /// <param name="error">The header <c>streammoe-error</c>.</param>
    /// <param name="maxValueBytes">Bytes of the value at most.</param>
    /// <param name="room">Bytes of all of it at most, as <see cref="OutputSize"/> reckons.</param>
    /// <returns>Null when not even the headers have room.</returns>
    public static (byte[]? Key, byte[]? Value, IReadOnlyList<KeyValuePair<string, byte[]>> Headers)? Fit(
        in SourceRecord record, byte[] reason, byte[] error, int maxValueBytes, long room)
    {
        byte[]? key = record.Key;
        int kept = Math.Min(record.Value?.Length ?? 0, maxValueBytes);
        List<KeyValuePair<string, byte[]>> headers = HeadersOf(record, reason, error, key, kept);
        if (Excess() > 0 && key?.Length > 2 * SHA256.HashSizeInBytes)
        {
            key = Encoding.ASCII.GetBytes(HashOf(key));
            headers = HeadersOf(record, reason, error, key, kept);
        }
        // Twice, as the header that tells of the cut needs room too.
        for (int i = 0; i < 2 && Excess() > 0; i++)
        {
            kept = (int)Math.Max(0, kept - Excess());
            headers = HeadersOf(record, reason, error, key, kept);
        }
        if (Excess() > 0)
        {
            int length = (int)Math.Max(0, error.Length - Excess());
            while (length > 0 && (error[length] & 0xC0) == 0x80) length--; // not in the middle of a character
            headers = HeadersOf(record, reason, error[..length], key, kept);
        }
        return Excess() > 0 ? null : (key, record.Value is null ? null : record.Value[..kept], headers);

        long Excess() => OutputSize.Of(key, kept, headers) - room;
    }

    private static List<KeyValuePair<string, byte[]>> HeadersOf(in SourceRecord record, byte[] reason, byte[] error, byte[]? key, int kept)
    {
        List<KeyValuePair<string, byte[]>> headers = [new(Reason, reason), new(Error, error), new(Source, Encoding.UTF8.GetBytes($"{record.Source}@{record.Offset}"))];
        List<string> cut = [];
        if (record.Value is { } value && kept < value.Length) cut.Add($"{value.Length} {HashOf(value)}");
        if (record.Key is { } whole && !ReferenceEquals(key, whole)) cut.Add($"key {whole.Length} {HashOf(whole)}");
        if (cut.Count > 0) headers.Add(new(Truncated, Encoding.ASCII.GetBytes(string.Join("; ", cut))));
        return headers;
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
