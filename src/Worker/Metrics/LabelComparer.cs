using System.Diagnostics.CodeAnalysis;

namespace StreamMoe.Worker.Metrics;

/// <summary>Label values are the same when each of them is.</summary>
internal sealed class LabelComparer : IEqualityComparer<string[]>
{
    /// <value>The only one that is needed.</value>
    public static LabelComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(string[]? left, string[]? right) => left.AsSpan().SequenceEqual(right);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] string[] labels)
    {
        HashCode hash = default;
        foreach (string label in labels) hash.Add(label);
        return hash.ToHashCode();
    }
}
