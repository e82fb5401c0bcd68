namespace StreamMoe.DriftMoe;

/// <summary>On what terms an expert is in its pool.</summary>
public enum PoolMemberState
{
    /// <summary>It runs, learns and has its say.</summary>
    Active,

    /// <summary>As active, until its trial ends and its worth is judged.</summary>
    Trial,

    /// <summary>It runs and learns, without a say: in the background of a warning, or in the shadow of an expert that says the same.</summary>
    Background,

    /// <summary>It neither runs nor learns; its state is kept.</summary>
    Parked,
}
