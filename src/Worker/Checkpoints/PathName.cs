using System.Security.Cryptography;
using System.Text;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Makes names of files of names that may hold anything.</summary>
internal static class PathName
{
    private const int Longest = 200, Kept = 150;

    /// <summary>Letters, digits, hyphens, underscores and dots stay (not a dot in front); every other byte of the name's UTF-8 becomes <c>%XX</c>.
    /// A name that gets too long ends in a hash instead. Different names stay different.</summary>
    public static string Of(string name)
    {
        StringBuilder safe = new();
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' || (b == '.' && safe.Length > 0)) safe.Append((char)b);
            else safe.Append($"%{b:X2}");
        }
        if (safe.Length == 0) return "%";
        return safe.Length <= Longest ? safe.ToString() : $"{safe.ToString(0, Kept)}%{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32]}";
    }
}
