namespace StreamMoe.Worker.Configuration;

/// <summary>What becomes of a nominal value that is new when there are as many as may be.</summary>
internal enum NewValueAction
{
    /// <summary>It is the value <c>(other)</c>, one for all of them.</summary>
    Other,

    /// <summary>It is missing.</summary>
    Missing,

    /// <summary>Its record is a dead letter.</summary>
    DeadLetter,
}
