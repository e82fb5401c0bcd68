using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Checkpoints;

/// <summary>Makes the store that a configuration asks for.</summary>
internal static class CheckpointStores
{
    /// <summary>Makes the store.</summary>
    /// <param name="configuration">The worker's configuration.</param>
    /// <param name="changelog">Opens the changelog topic, where <c>checkpoints:store</c> is kafka; called only then.</param>
    public static ICheckpointStore Create(WorkerConfiguration configuration, Func<IChangelog> changelog) => configuration.Checkpoints.Store switch
    {
        CheckpointStoreKind.Kafka => new ChangelogCheckpointStore(changelog(), configuration.Kafka.GroupId, configuration.Checkpoints.Keep),
        _ => new DirectoryCheckpointStore(configuration.Checkpoints.Directory, configuration.Kafka.GroupId, configuration.Checkpoints.Keep),
    };
}
