using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Writes dead letters: the record's own key and value, and headers that say why.</summary>
internal static class DeadLetterWriter
{
    /// <summary>Writes a dead letter.</summary>
    /// <param name="outputs">Where to.</param>
    /// <param name="record">The record.</param>
    /// <param name="reason">Why.</param>
    /// <param name="error">The whole story.</param>
    /// <param name="maxBytes">A longer value is cut to this length, and <c>streammoe-truncated</c> tells its length and SHA-256 (hexadecimal).</param>
    public static void Write(OutputBatch outputs, in SourceRecord record, DeadLetterReason reason, string error, int maxBytes)
    {
        List<KeyValuePair<string, byte[]>> headers =
        [
            new("streammoe-reason", DeadLetterReasons.BytesOf(reason)),
            new("streammoe-error", Encoding.UTF8.GetBytes(error)),
            new("streammoe-source", Encoding.UTF8.GetBytes($"{record.Source}@{record.Offset}")),
        ];
        byte[] value = record.Value ?? [];
        if (value.Length > maxBytes)
            headers.Add(new("streammoe-truncated", Encoding.ASCII.GetBytes($"{value.Length} {Convert.ToHexStringLower(SHA256.HashData(value))}")));
        outputs.Writer.Write(value.AsSpan(0, Math.Min(value.Length, maxBytes)));
        outputs.Add(OutputKind.DeadLetter, record.Key, headers, nullValue: record.Value is null);
    }
}
