namespace StreamMoe.Experts.Drift;

/// <summary>What a drift detector says after an input.</summary>
public enum DriftSignal
{
    /// <summary>No sign of a change.</summary>
    None,

    /// <summary>A change may be coming: time to start a background expert.</summary>
    Warning,

    /// <summary>A change happened; given for one input only, after which the detector starts anew by itself.</summary>
    Drift,
}
