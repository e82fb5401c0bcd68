using System.Text;

namespace StreamMoe.Worker.Events;

/// <summary>The names of the reasons, as they stand in headers, metrics and on the command line.</summary>
internal static class DeadLetterReasons
{
    private static readonly byte[][] s_bytes = [.. Enum.GetValues<DeadLetterReason>().Select(r => Encoding.UTF8.GetBytes(Hyphened(r.ToString())))];

    /// <value>All names in the order of the enumeration.</value>
    public static IReadOnlyList<string> Names { get; } = [.. s_bytes.Select(Encoding.UTF8.GetString)];

    /// <value>Number of reasons.</value>
    public static int Count => s_bytes.Length;

    /// <summary>The name of a reason, for example <c>not-json</c>.</summary>
    public static string NameOf(DeadLetterReason reason) => Names[(int)reason];

    /// <summary>The name of a reason as UTF-8; the same array every time, not to be changed.</summary>
    public static byte[] BytesOf(DeadLetterReason reason) => s_bytes[(int)reason];

    private static string Hyphened(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
