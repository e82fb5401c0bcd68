namespace StreamMoe.DriftMoe;

/// <summary>One expert as it stands in its pool.</summary>
/// <param name="Id">Its id, as in predictions and in the events of the pool; ≥ 0.</param>
/// <param name="Kind">What it is, as the catalogue reads it, for example <c>hoeffding-tree</c>.</param>
/// <param name="State">On what terms it runs.</param>
/// <param name="Share">Part of the recent routing mass that it got, in [0, 1]; those of a pool add up to 1 once anything was routed.</param>
public readonly record struct PoolMember(int Id, string Kind, PoolMemberState State, double Share);
