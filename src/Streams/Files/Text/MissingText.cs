using System.Text;

namespace StreamMoe.Streams.Files.Text;

/// <summary>Which cells mean that the value is missing, besides the empty one and a bare question mark.</summary>
/// <remarks>In a numeric column the usual spellings do, in any case; what the user names does in every column.</remarks>
internal sealed class MissingText
{
    private readonly byte[][] _named;

    public MissingText(IReadOnlyList<string> named) => _named = [.. named.Select(Encoding.UTF8.GetBytes)];

    /// <value>True when the user named none.</value>
    public bool IsUsual => _named.Length == 0;

    /// <summary>True for what the user named.</summary>
    public bool IsNamed(ReadOnlySpan<byte> text)
    {
        foreach (byte[] word in _named)
            if (text.SequenceEqual(word)) return true;
        return false;
    }

    /// <summary>True for what tools write where a number is missing: NA, N/A, null, none, nan, nil, \N, -, in any case.</summary>
    public static bool IsUsualWord(ReadOnlySpan<byte> text) => text.Length switch
    {
        1 => text[0] is (byte)'-' or (byte)'?' or (byte)'.',
        2 => Is(text, "na"u8) || Is(text, "--"u8) || Is(text, "\\n"u8),
        3 => Is(text, "nan"u8) || Is(text, "n/a"u8) || Is(text, "nil"u8),
        4 => Is(text, "null"u8) || Is(text, "none"u8) || Is(text, "-nan"u8) || Is(text, "+nan"u8) || Is(text, "#n/a"u8) || Is(text, "<na>"u8),
        _ => false,
    };

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(text, lower);
}
