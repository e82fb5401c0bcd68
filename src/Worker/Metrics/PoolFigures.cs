using StreamMoe.DriftMoe;
using StreamMoe.Worker.Figures;

namespace StreamMoe.Worker.Metrics;

/// <summary>What metrics tell of a pool beyond its members.</summary>
internal static class PoolFigures
{
    /// <summary>Members in each state, and archived concepts.</summary>
    public static IEnumerable<KeyValuePair<string, double>> ExpertsByState(PartitionFigures figures)
    {
        PoolSnapshot pool = figures.Details.Pool;
        foreach (PoolMemberState state in Enum.GetValues<PoolMemberState>())
        {
            int count = pool.Members.Count(m => m.State == state);
            yield return new(state.ToString().ToLowerInvariant(), count);
        }
        yield return new("archived", pool.Archived);
    }

    /// <summary>Entropy of the routing shares of those that are heard, over the logarithm of their number.</summary>
    /// <returns>In [0, 1]; NaN with fewer than two of them, or before anything was routed.</returns>
    public static double EntropyRatio(PoolSnapshot pool)
    {
        double[] shares = [.. pool.Members.Where(m => m.State is PoolMemberState.Active or PoolMemberState.Trial).Select(m => m.Share)];
        double sum = shares.Sum();
        if (shares.Length < 2 || sum <= 0) return double.NaN;
        double entropy = 0;
        foreach (double share in shares)
            if (share > 0) entropy -= share / sum * Math.Log(share / sum);
        return Math.Clamp(entropy / Math.Log(shares.Length), 0, 1);
    }
}
