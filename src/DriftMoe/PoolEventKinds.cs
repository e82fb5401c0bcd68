namespace StreamMoe.DriftMoe;

/// <summary>The names of what happens to pools, as records and documents have them.</summary>
public static class PoolEventKinds
{
    /// <summary>The name: lower case, words joined by hyphens, for example <c>virtual-drift</c>.</summary>
    public static string NameOf(this PoolEventKind kind) => kind == PoolEventKind.VirtualDrift ? "virtual-drift" : kind.ToString().ToLowerInvariant();

    /// <summary>The name of a signal: <c>drift</c>, <c>warning</c> or <c>virtual-drift</c>; null for a decision.</summary>
    public static string? SignalName(this PoolEventKind kind)
        => kind is PoolEventKind.Drift or PoolEventKind.Warning or PoolEventKind.VirtualDrift ? kind.NameOf() : null;

    /// <summary>Finds a kind by its name.</summary>
    public static bool TryParse(string name, out PoolEventKind kind)
    {
        foreach (PoolEventKind known in Enum.GetValues<PoolEventKind>())
        {
            if (known.NameOf() != name) continue;
            kind = known;
            return true;
        }
        kind = default;
        return false;
    }
}
