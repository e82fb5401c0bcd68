namespace StreamMoe.DriftMoe.Pool;

/// <summary>The state machine of a slot: which change of state is told by which kinds of events.</summary>
internal static class SlotStates
{
    private static readonly (SlotState From, SlotState To, PoolEventKind[] Kinds)[] s_changes =
    [
        (SlotState.Parked, SlotState.Background, [PoolEventKind.Background]),
        (SlotState.Parked, SlotState.Trial, [PoolEventKind.Spawn]),
        (SlotState.Background, SlotState.Trial, [PoolEventKind.Spawn]),
        (SlotState.Background, SlotState.Parked, [PoolEventKind.Drop]),
        (SlotState.Trial, SlotState.Active, [PoolEventKind.Promote]),
        (SlotState.Trial, SlotState.Parked, [PoolEventKind.Drop]),
        (SlotState.Active, SlotState.Parked, [PoolEventKind.Prune, PoolEventKind.Merge]),
        (SlotState.Active, SlotState.Shadow, [PoolEventKind.Shadow]),
        (SlotState.Shadow, SlotState.Parked, [PoolEventKind.Merge]),
        (SlotState.Shadow, SlotState.Active, [PoolEventKind.Restore]),
    ];

    /// <summary>True when a slot may go from one state to another, told by such an event.</summary>
    public static bool Allows(SlotState from, SlotState to, PoolEventKind kind)
    {
        foreach ((SlotState oldState, SlotState newState, PoolEventKind[] kinds) in s_changes)
            if (oldState == from && newState == to) return Array.IndexOf(kinds, kind) >= 0;
        return false;
    }

    /// <summary>True when a slot in this state tests and learns.</summary>
    public static bool Runs(SlotState state) => state != SlotState.Parked;

    /// <summary>The state as people are shown it.</summary>
    public static PoolMemberState Shown(SlotState state) => state switch
    {
        SlotState.Active => PoolMemberState.Active,
        SlotState.Trial => PoolMemberState.Trial,
        SlotState.Parked => PoolMemberState.Parked,
        _ => PoolMemberState.Background,
    };

    /// <summary>True when the mixture hears a slot in this state.</summary>
    public static bool IsHeard(SlotState state) => state is SlotState.Active or SlotState.Trial;
}
