using System.Text.Json;

namespace StreamMoe.Worker.Events;

/// <summary>Texts and names of parsed JSON, of which some are no text: half a surrogate pair (<c>"\ud800"</c>) is valid JSON, and no character.</summary>
internal static class JsonText
{
    /// <summary>A string's text; null when it is none.</summary>
    public static string? Of(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member's name; null when it is no text.</summary>
    public static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
