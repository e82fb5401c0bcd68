namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>The state machine of a lane: which change of state is told by which kinds of events.</summary>
internal static class LaneStates
{
    private static readonly (LaneState From, LaneState To, PoolEventKind[] Kinds)[] s_changes =
    [
        (LaneState.Parked, LaneState.Background, [PoolEventKind.Background]),
        (LaneState.Parked, LaneState.Trial, [PoolEventKind.Spawn]),
        (LaneState.Background, LaneState.Trial, [PoolEventKind.Spawn]),
        (LaneState.Background, LaneState.Parked, [PoolEventKind.Drop]),
        (LaneState.Trial, LaneState.Active, [PoolEventKind.Promote]),
        (LaneState.Trial, LaneState.Parked, [PoolEventKind.Drop]),
        (LaneState.Active, LaneState.Parked, [PoolEventKind.Prune, PoolEventKind.Merge]),
        (LaneState.Active, LaneState.Shadow, [PoolEventKind.Shadow]),
        (LaneState.Shadow, LaneState.Parked, [PoolEventKind.Merge]),
        (LaneState.Shadow, LaneState.Active, [PoolEventKind.Restore]),
    ];

    /// <summary>True when a lane may go from one state to another, told by such an event.</summary>
    public static bool Allows(LaneState from, LaneState to, PoolEventKind kind)
    {
        foreach ((LaneState oldState, LaneState newState, PoolEventKind[] kinds) in s_changes)
            if (oldState == from && newState == to) return Array.IndexOf(kinds, kind) >= 0;
        return false;
    }

    /// <summary>True when a lane in this state tests and learns.</summary>
    public static bool Runs(LaneState state) => state != LaneState.Parked;

    /// <summary>The state as people are shown it.</summary>
    public static PoolMemberState Shown(LaneState state) => state switch
    {
        LaneState.Active => PoolMemberState.Active,
        LaneState.Trial => PoolMemberState.Trial,
        LaneState.Parked => PoolMemberState.Parked,
        _ => PoolMemberState.Background,
    };

    /// <summary>True when the mixture hears a lane in this state.</summary>
    public static bool HasSay(LaneState state) => state is LaneState.Active or LaneState.Trial;
}
