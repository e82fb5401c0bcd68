namespace StreamMoe.DriftMoe;

/// <summary>A pool at one moment, for people to look at: nothing of it decides anything.</summary>
/// <param name="Members">The experts, by id.</param>
/// <param name="Archived">Archived states of former concepts, ≥ 0.</param>
/// <param name="RouterLoss">Mean loss of the router over the recent labelled instances, in nats; NaN while undefined.</param>
public sealed record PoolSnapshot(IReadOnlyList<PoolMember> Members, int Archived, double RouterLoss)
{
    /// <value>A pool of which nothing is known.</value>
    public static PoolSnapshot Empty { get; } = new([], 0, double.NaN);
}
