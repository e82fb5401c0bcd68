namespace StreamMoe.Streams.Options;

/// <summary>Finds the known name that was probably meant by an unknown one.</summary>
internal static class NearestName
{
    // No name is nearly so long, and the distance to each takes time in proportion.
    private const int LongestName = 200;

    /// <summary>A hint such as <c> Did you mean 'sea'?</c> with a blank before it; empty when no known name is near.</summary>
    public static string Hint(string found, IEnumerable<string> known)
    {
        if (found.Length > LongestName) return "";
        string? nearest = known.MinBy(name => Distance(found, name));
        return nearest is not null && Distance(found, nearest) <= Math.Max(1, Math.Min(found.Length, nearest.Length) / 3)
            ? $" Did you mean '{nearest}'?"
            : "";
    }

    /// <summary>Levenshtein's distance, blind to case: the number of letters to insert, remove or replace.</summary>
    public static int Distance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        int[] current = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = previous[j - 1] + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
