namespace StreamMoe.DriftMoe;

/// <summary>On what terms an expert is in its pool.</summary>
public enum PoolMemberState
{
    /// <summary>It runs and learns, and the mixture hears it.</summary>
    Active,

    /// <summary>As active, until its trial ends and its worth is judged.</summary>
    Trial,

    /// <summary>It runs and learns unheard: in the background of a warning, or as the shadow of an expert with the same opinions.</summary>
    Background,

    /// <summary>It neither runs nor learns; its state is kept.</summary>
    Parked,
}
