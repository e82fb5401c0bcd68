namespace StreamMoe.StreamHost.Arguments;

/// <summary>What a document says, as an error quotes it.</summary>
internal static class BriefText
{
    /// <summary>The most characters that an error quotes of one text: 80.</summary>
    public const int MaxLength = 80;

    /// <summary>The text, cut to <see cref="MaxLength"/> characters with an ellipsis as the last where it is longer; no pair of surrogates is cut in two.</summary>
    public static string Brief(this string text)
    {
        if (text.Length <= MaxLength) return text;
        int length = MaxLength - 1;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
    }
}
