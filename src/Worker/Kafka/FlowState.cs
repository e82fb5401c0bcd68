namespace StreamMoe.Worker.Kafka;

/// <summary>What a source does with an assigned partition.</summary>
internal enum FlowState
{
    /// <summary>Assigned; delivers nothing until it is told where to begin.</summary>
    Waiting,

    /// <summary>The client has given up reading it, since its offset was not in the log; delivers nothing until it is told where to begin.</summary>
    Broken,

    /// <summary>Records are delivered as they come.</summary>
    Flowing,

    /// <summary>Held back by the worker.</summary>
    Paused,
}
