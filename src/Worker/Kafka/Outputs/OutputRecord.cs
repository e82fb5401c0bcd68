using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>One record to write. Its bytes are not changed until it is on the brokers.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key, or null.</param>
/// <param name="Value">The value; null deletes the key from a compacted topic.</param>
/// <param name="Headers">Name and bytes of each header, or null for none.</param>
/// <param name="Partition">The partition, or null to choose it by the key's murmur2 hash (without a key: at random).</param>
internal readonly record struct OutputRecord(string Topic, byte[]? Key, byte[]? Value,
    IReadOnlyList<RecordHeader>? Headers = null, int? Partition = null)
{
    /// <value>What it is; null when it is no output of a partition.</value>
    public OutputKind? Kind { get; init; }

    /// <value>The record that brought it about; without a source where it is not known.</value>
    public SourceRecord Origin { get; init; }

    /// <value>Bytes that it takes in its topic (see <see cref="OutputSize"/>).</value>
    public long Size => OutputSize.Of(Key, Value?.Length ?? 0, Headers);

    /// <value>What it is, where from and where to, for messages.</value>
    public string Description
    {
        get
        {
            string what = Kind switch { null => "The record", OutputKind.Prediction => "The prediction", OutputKind.Audit => "The audit record", _ => "The dead letter" };
            return $"{what}{(Origin.Source is { } source ? $" of {source}@{Origin.Offset}" : "")} for topic '{Topic}'";
        }
    }

    /// <summary>A record of a batch, with a copy of its value, for the topic of its kind.</summary>
    public static OutputRecord Of(OutputBatch outputs, int index, KafkaOptions topics)
        => new(TopicOf(outputs.KindOf(index), topics), outputs.KeyOf(index), outputs.IsNull(index) ? null : outputs.ValueOf(index).ToArray(), outputs.HeadersOf(index))
        {
            Kind = outputs.KindOf(index), Origin = outputs.OriginOf(index),
        };

    /// <summary>The topic of a kind of output.</summary>
    public static string TopicOf(OutputKind kind, KafkaOptions topics) => kind switch
    {
        OutputKind.Prediction => topics.PredictionTopic,
        OutputKind.Audit => topics.AuditTopic,
        _ => topics.DeadLetterTopic,
    };
}
