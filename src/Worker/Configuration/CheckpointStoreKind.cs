namespace StreamMoe.Worker.Configuration;

/// <summary>Where a worker keeps its checkpoints.</summary>
internal enum CheckpointStoreKind
{
    /// <summary>Files under a folder: one worker, or a folder that all workers share.</summary>
    Directory,

    /// <summary>A compacted topic, so that any worker of the group finds them.</summary>
    Kafka,
}
