namespace StreamMoe.DriftMoe.Pool;

/// <summary>Whether a slot runs, and on what terms. <see cref="SlotStates"/> says which may follow which.</summary>
internal enum SlotState
{
    /// <summary>It runs and learns, and the mixture hears it.</summary>
    Active,

    /// <summary>As active, but only until its trial ends, and then by its worth.</summary>
    Trial,

    /// <summary>It neither runs nor learns; its state is kept.</summary>
    Parked,

    /// <summary>After a warning: it runs and learns unheard.</summary>
    Background,

    /// <summary>While it is merged into others: it runs and learns unheard, and its weight is theirs.</summary>
    Shadow,
}
