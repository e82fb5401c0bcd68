using System.Text;

namespace StreamMoe.Worker.Records;

/// <summary>One header of a record.</summary>
/// <param name="Name">Its name, which others of the record may have too.</param>
/// <param name="Value">Its bytes, which nobody changes; null for none.</param>
internal readonly record struct RecordHeader(string Name, byte[]? Value)
{
    /// <value>Bytes of name and value.</value>
    public int ByteCount => Encoding.UTF8.GetByteCount(Name) + (Value?.Length ?? 0);

    /// <summary>Bytes of the names and values of some headers; null for none.</summary>
    public static long BytesOf(IReadOnlyList<RecordHeader>? headers)
    {
        long bytes = 0;
        for (int i = 0; i < headers?.Count; i++) bytes += headers[i].ByteCount;
        return bytes;
    }
}
