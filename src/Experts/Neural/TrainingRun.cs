namespace StreamMoe.Experts.Neural;

/// <summary>Where a run of rows stands in the batch of one training step.</summary>
internal enum TrainingRun
{
    /// <summary>It is the whole batch.</summary>
    Only,

    /// <summary>Others follow.</summary>
    First,

    /// <summary>Others went before and follow.</summary>
    Middle,

    /// <summary>It ends the batch.</summary>
    Last,
}
