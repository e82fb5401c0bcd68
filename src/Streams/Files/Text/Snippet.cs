using System.Text;

namespace StreamMoe.Streams.Files.Text;

/// <summary>Shows a piece of a file in a message: in quotes, at most 40 characters, without control characters.</summary>
internal static class Snippet
{
    private const int Length = 40, LongestName = 80, LongestMessage = 300;

    public static string Of(ReadOnlySpan<byte> text)
        => Of(Encoding.UTF8.GetString(text[..Math.Min(text.Length, Length * 4)]));

    public static string Of(string text)
    {
        StringBuilder shown = new("'");
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown.Length > Length)
            {
                shown.Append('…');
                break;
            }
            if (Rune.IsControl(rune)) shown.Append($"\\u{rune.Value:X4}");
            else shown.Append(rune);
        }
        return shown.Append('\'').ToString();
    }

    /// <summary>A name as it is, but its beginning alone when it is longer than 80 characters; no pair of surrogates is cut in two.</summary>
    public static string Name(string name)
    {
        if (name.Length <= LongestName) return name;
        int length = LongestName - 1;
        return name[..(char.IsHighSurrogate(name[length - 1]) ? length - 1 : length)] + "…";
    }

    /// <summary>Beginning and end of a message that shows a whole text of the file.</summary>
    public static string Short(string message) => message.Length <= LongestMessage ? message : $"{message[..(LongestMessage / 2)]}…{message[^(LongestMessage / 2)..]}";

    /// <summary>The first few of a list of names, and how many there are when not all are shown.</summary>
    public static string List(IReadOnlyCollection<string> names, int most = 10)
    {
        string shown = string.Join(", ", names.Take(most).Select(Of));
        return names.Count > most ? $"{shown}, … ({names.Count} in all)" : shown;
    }
}
