namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Whether a lane runs, and on what terms.</summary>
internal enum LaneState
{
    /// <summary>It runs, learns and has its say.</summary>
    Active,

    /// <summary>As active, but only until its trial ends, and then by its worth.</summary>
    Trial,

    /// <summary>It neither runs nor learns; its state is kept.</summary>
    Parked,
}
