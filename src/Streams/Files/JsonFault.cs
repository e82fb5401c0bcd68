using System.Globalization;
using System.Text.Json;

namespace StreamMoe.Streams.Files;

/// <summary>What a JSON reader complains of, with line and column as editors count them.</summary>
internal static class JsonFault
{
    /// <summary>The place (from 1; columns in bytes) and the reader's sentence, as in <c>line 3, column 5: '}' is invalid …</c>.</summary>
    public static string Of(JsonException fault)
    {
        string text = fault.Message;
        int tail = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (tail >= 0) text = text[..tail];
        return fault.LineNumber is not { } line ? text : string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {(fault.BytePositionInLine ?? 0) + 1}: {text}");
    }
}
