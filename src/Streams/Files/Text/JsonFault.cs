using System.Globalization;
using System.Text.Json;

namespace StreamMoe.Streams.Files.Text;

/// <summary>What a JSON reader complains of, with line and column as editors count them.</summary>
internal static class JsonFault
{
    private const int MostCharacters = 300;

    /// <summary>The place (from 1; columns in bytes) and the reader's sentence, as in <c>line 3, column 5: '}' is invalid …</c>.</summary>
    public static string Of(JsonException fault) => fault.LineNumber is not { } line ? SentenceOf(fault)
        : string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {(fault.BytePositionInLine ?? 0) + 1}: {SentenceOf(fault)}");

    /// <summary>The reader's sentence without the place.</summary>
    public static string SentenceOf(JsonException fault)
    {
        int tail = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string sentence = tail >= 0 ? fault.Message[..tail] : fault.Message;
        // The reader quotes what it could not read, however long.
        return sentence.Length <= MostCharacters ? sentence : sentence[..MostCharacters] + "…";
    }
}
