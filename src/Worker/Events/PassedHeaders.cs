using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>The headers of events that go to their predictions as they are: bytes, order and repeats (<c>events:passHeaders</c>).</summary>
/// <param name="options">Names them.</param>
internal sealed class PassedHeaders(EventOptions options)
{
    /// <summary>Headers of one prediction at most: 64.</summary>
    public const int MostHeaders = 64;

    /// <summary>Bytes of their names and values at most: 65,536.</summary>
    public const int MostBytes = 65_536;

    private readonly string[] _names = [.. options.PassedHeaderNames];

    /// <summary>Those of an event; null when it has none.</summary>
    public IReadOnlyList<RecordHeader>? Of(in SourceRecord record)
    {
        if (_names.Length == 0 || record.Headers is not { } headers) return null;
        List<RecordHeader>? passed = null;
        for (int i = 0; i < headers.Count; i++)
            if (Array.IndexOf(_names, headers[i].Name) >= 0) (passed ??= []).Add(headers[i]);
        return passed;
    }

    /// <summary>Why these are too many or too large for a prediction; null when they are not.</summary>
    public static string? FaultOf(IReadOnlyList<RecordHeader>? headers)
    {
        if (headers is null) return null;
        const string passed = "would be passed to its prediction (events:passHeaders); at most";
        if (headers.Count > MostHeaders) return $"{headers.Count} headers {passed} {MostHeaders} are";
        return RecordHeader.BytesOf(headers) is var bytes && bytes > MostBytes ? $"headers of {bytes} bytes {passed} {MostBytes} bytes are" : null;
    }
}
