using System.Text.Json;
using System.Text.Unicode;

namespace StreamMoe.Streams.Files.Text;

/// <summary>Parses JSON whose texts can all be read: <see cref="JsonDocument"/> alone finds bytes that are not UTF-8, and halves of surrogate
/// pairs, only when a text is asked for, and then by an <see cref="InvalidOperationException"/>.</summary>
internal static class JsonText
{
    /// <summary>Parses the bytes of a file; a byte order mark is left out.</summary>
    /// <exception cref="JsonException">They are not JSON, or hold a text that is none.</exception>
    public static JsonDocument Parse(byte[] bytes, JsonDocumentOptions options)
    {
        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        if (!Utf8.IsValid(text.Span)) throw new JsonException("it is not valid UTF-8; save it as UTF-8.");
        try
        {
            CheckEscapes(text.Span, options);
            return JsonDocument.Parse(text, options);
        }
        catch (JsonException e)
        {
            throw new JsonException(Snippet.Short(JsonFault.SentenceOf(e)), e.Path, e.LineNumber, e.BytePositionInLine, e);
        }
    }

    private static void CheckEscapes(ReadOnlySpan<byte> text, JsonDocumentOptions options)
    {
        Utf8JsonReader reader = new(text, new JsonReaderOptions { AllowTrailingCommas = options.AllowTrailingCommas, CommentHandling = options.CommentHandling, MaxDepth = options.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new JsonException($"the text {Snippet.Of(reader.ValueSpan)} holds half a surrogate pair (\\uD800 to \\uDFFF come in pairs), which is no character.");
            }
        }
    }
}
