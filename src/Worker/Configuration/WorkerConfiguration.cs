using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>Everything that a worker is told, read and checked.</summary>
internal sealed class WorkerConfiguration
{
    /// <value>Topics, group and guarantee.</value>
    public required KafkaOptions Kafka { get; init; }

    /// <value>librdkafka's own properties by name (see <see cref="KafkaClientKeys"/>); <c>name.file</c> = the file that holds the value.</value>
    public required IReadOnlyDictionary<string, string> KafkaClient { get; init; }

    /// <value>Batches and queues.</value>
    public required PipelineOptions Pipeline { get; init; }

    /// <value>Limits of waiting for labels.</value>
    public required LabelOptions Labels { get; init; }

    /// <value>Where and how often checkpoints are written.</value>
    public required CheckpointOptions Checkpoints { get; init; }

    /// <value>The model's name, seed and beginning.</value>
    public required ModelOptions Model { get; init; }

    /// <value>The model itself, with its own options.</value>
    public required LearnerPreset Preset { get; init; }

    /// <value>How records are read as events.</value>
    public required EventOptions Events { get; init; }

    /// <value>What events look like.</value>
    public required SchemaOptions Schema { get; init; }

    /// <value>What is served without Kafka.</value>
    public required EmbeddedOptions Embedded { get; init; }

    /// <value>The HTTP server.</value>
    public required HttpOptions Http { get; init; }

    /// <value>What is sent to a collector of OpenTelemetry.</value>
    public required TelemetryOptions Telemetry { get; init; }

    /// <value>Every key with its default, what is allowed, its effective value and who set it, secrets masked, in the order of the sections.</value>
    public required IReadOnlyList<ConfigurationEntry> Entries { get; init; }

    /// <summary>Reads a file, then variables, then --set; the later one wins.</summary>
    /// <param name="path">The JSON file; null for none.</param>
    /// <param name="variables">The environment's variables; those that do not begin with STREAMMOE__ are left alone.</param>
    /// <param name="set">Keys and values of --set in order.</param>
    /// <exception cref="OptionException">Unknown keys, malformed values, values out of range or that contradict each other: all of them,
    /// each with where it came from.</exception>
    public static WorkerConfiguration Load(string? path, IReadOnlyDictionary<string, string> variables, IEnumerable<KeyValuePair<string, string>> set)
        => new ConfigurationBinder(path, variables, set).Bind();
}
