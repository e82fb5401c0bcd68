using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Metrics;

/// <summary>What is told of a worker as a whole.</summary>
/// <param name="Version">The build.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Source"><c>kafka</c> or <c>embedded</c>.</param>
/// <param name="Guarantee"><c>exactly-once</c> or <c>at-least-once</c>.</param>
/// <param name="IsReady">Whether it is ready, as the health check says; any thread.</param>
internal sealed record WorkerFacts(string Version, string Model, string Source, string Guarantee, Func<bool> IsReady)
{
    /// <summary>The facts of a configured worker.</summary>
    public static WorkerFacts Of(WorkerConfiguration configuration, Func<bool> isReady) => new(
        DriftMoe.Checkpoints.CheckpointHeader.ThisBuild, configuration.Preset.Name,
        configuration.Kafka.BootstrapServers.Length == 0 ? "embedded" : "kafka",
        configuration.Kafka.Guarantee == Configuration.Guarantee.ExactlyOnce ? "exactly-once" : "at-least-once", isReady);
}
