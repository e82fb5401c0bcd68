using System.Text;
using System.Text.Unicode;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>What the headers of a record say of a CloudEvent, by the Kafka protocol binding of CloudEvents 1.0 (section 3).</summary>
/// <remarks>The header <c>content-type</c> decides: <c>application/cloudevents…</c> is structured mode, and with any other, or none, a
/// header <c>ce_specversion</c> makes it binary mode: then attributes are headers <c>ce_…</c>, and the value is the data.</remarks>
internal static class CloudEventHeaders
{
    private const string ContentType = "content-type", Version = "ce_specversion", Id = "ce_id", Time = "ce_time",
        Structured = "application/cloudevents";

    /// <summary>The mode that the headers tell.</summary>
    /// <exception cref="BadEventException">Structured mode in another format than JSON, or binary mode of another version, or with data
    /// that are no JSON.</exception>
    public static CloudEventMode ModeOf(IReadOnlyList<RecordHeader>? headers)
    {
        if (headers is null) return CloudEventMode.Untold;
        string? type = Find(headers, ContentType) is { } bytes ? MediaType(bytes) : null;
        if (type?.StartsWith(Structured, StringComparison.Ordinal) == true)
        {
            if (type[Structured.Length..] is "" or "+json") return CloudEventMode.Structured;
            throw new BadEventException(DeadLetterReason.NotAnEnvelope,
                $"the header content-type is '{Snippet.Short(type)}'; of CloudEvents in structured mode {Structured}+json is read.");
        }
        if (Find(headers, Version) is not { } version) return CloudEventMode.Untold;
        if (!version.AsSpan().StartsWith("1."u8))
            throw new BadEventException(DeadLetterReason.NotAnEnvelope, $"the header {Version} is {Snippet.Of(version)}; CloudEvents 1.0 is read.");
        bool isJson = type is null or "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal);
        return isJson ? CloudEventMode.Binary : throw new BadEventException(DeadLetterReason.NotAnEnvelope,
            $"the header content-type of the CloudEvent's data is '{Snippet.Short(type!)}'; application/json is read.");
    }

    /// <summary>True when the headers are those of a CloudEvent, one that can be read or not.</summary>
    public static bool AreThere(IReadOnlyList<RecordHeader>? headers)
    {
        try
        {
            return ModeOf(headers) != CloudEventMode.Untold;
        }
        catch (BadEventException)
        {
            return true;
        }
    }

    /// <summary>Attribute <c>id</c> in binary mode; null when it is not there.</summary>
    /// <exception cref="BadEventException">It is there twice, or no UTF-8.</exception>
    public static byte[]? IdOf(IReadOnlyList<RecordHeader> headers) => Find(headers, Id);

    /// <summary>Attribute <c>time</c> in binary mode; null when it is not there.</summary>
    /// <exception cref="BadEventException">It is there twice, or no UTF-8.</exception>
    public static byte[]? TimeOf(IReadOnlyList<RecordHeader> headers) => Find(headers, Time);

    private static byte[]? Find(IReadOnlyList<RecordHeader> headers, string name)
    {
        byte[]? found = null;
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i].Name != name || headers[i].Value is not { } value) continue;
            if (found is not null)
                throw new BadEventException(DeadLetterReason.DuplicateKey, $"the header {name} is there twice; which one counts is not defined. Send it once.");
            if (!Utf8.IsValid(value)) throw new BadEventException(DeadLetterReason.NotUtf8, $"the header {name} is not valid UTF-8.");
            found = value;
        }
        return found;
    }

    private static string MediaType(byte[] header) => Encoding.UTF8.GetString(header).Split(';')[0].Trim().ToLowerInvariant();
}
