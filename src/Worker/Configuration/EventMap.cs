namespace StreamMoe.Worker.Configuration;

/// <summary>The keys that hold id, label and time.</summary>
/// <param name="Id">Name of the id.</param>
/// <param name="Label">Name of the label.</param>
/// <param name="Time">Name of the time.</param>
/// <param name="Mapped">The names that were given: never features.</param>
/// <param name="Faults">What is wrong with the text, one sentence each.</param>
internal sealed record EventMap(string Id, string Label, string Time, IReadOnlyList<string> Mapped, IReadOnlyList<string> Faults)
{
    /// <summary>Reads <c>id=order_no,label=is_fraud,time=ts</c>; each may be left out.</summary>
    public static EventMap Read(string text)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        List<string> faults = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length != 2 || sides[0] is not ("id" or "label" or "time") || sides[1].Length == 0 || !names.TryAdd(sides[0], sides[1]))
                faults.Add($"map has '{part}'; must be id=NAME, label=NAME and time=NAME, each once at most, separated by commas.");
        }
        if (names.Values.Distinct(StringComparer.Ordinal).Count() != names.Count) faults.Add("map gives one name to two keys; each needs its own.");
        return new EventMap(names.GetValueOrDefault("id", "id"), names.GetValueOrDefault("label", "label"), names.GetValueOrDefault("time", "time"), [.. names.Values], faults);
    }
}
