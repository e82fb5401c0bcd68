namespace StreamMoe.DriftMoe;

/// <summary>What happened to a pool, or was noticed by it.</summary>
public enum PoolEventKind
{
    /// <summary>A detector saw a change that may become a drift.</summary>
    Warning,

    /// <summary>A detector saw a drift.</summary>
    Drift,

    /// <summary>A parked expert runs again, on trial: it learns, and its word weighs next to nothing until it has proved right.</summary>
    Spawn,

    /// <summary>A trial ended well: the expert stays.</summary>
    Promote,

    /// <summary>A trial ended badly, or no drift followed the warning: the expert is parked again.</summary>
    Drop,

    /// <summary>An expert that says what another one says was parked, and its routing mass went to the other.</summary>
    Merge,

    /// <summary>An expert without value for the mixture was parked.</summary>
    Prune,

    /// <summary>An expert went back to an archived state that fits the present concept better than its own.</summary>
    Revive,

    /// <summary>After a warning a parked expert learns again, unheard.</summary>
    Background,

    /// <summary>An expert with the same opinions as another gave its weight to the other, and is watched for a while before it is merged.</summary>
    Shadow,

    /// <summary>An expert that was to be merged got its weight back: it did not agree any more, or was worth something after all.</summary>
    Restore,

    /// <summary>The inputs drifted, and the mixture, which is no worse for it, needs no new concept.</summary>
    VirtualDrift,
}
