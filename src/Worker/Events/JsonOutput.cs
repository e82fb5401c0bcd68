using System.Text.Encodings.Web;
using System.Text.Json;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Writes one JSON value at a time into an output batch, by one writer that is reused.</summary>
/// <remarks>Numbers are the shortest that read back as the same double or float; text is escaped as little as JSON allows.</remarks>
internal sealed class JsonOutput
{
    private static readonly JavaScriptEncoder s_encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private static readonly JsonEncodedText s_source = JsonEncodedText.Encode("source"), s_topic = JsonEncodedText.Encode("topic"),
        s_partition = JsonEncodedText.Encode("partition"), s_offset = JsonEncodedText.Encode("offset");

    private readonly Dictionary<string, JsonEncodedText> _topicNames = [];
    private PartitionId? _source;
    private JsonEncodedText _topicName;
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = s_encoder, SkipValidation = true });

    /// <summary>A text ready to be written as a name or a value.</summary>
    public static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, s_encoder);

    /// <summary>Begins the value of the next output record: an object.</summary>
    public Utf8JsonWriter Begin(OutputBatch outputs)
    {
        _json.Reset(outputs.Writer);
        _json.WriteStartObject();
        return _json;
    }

    /// <summary>Ends the object and makes a record of it.</summary>
    public void End(OutputBatch outputs, OutputKind kind, byte[]? key, in SourceRecord origin, IReadOnlyList<RecordHeader>? headers = null)
    {
        _json.WriteEndObject();
        _json.Flush();
        outputs.Add(kind, key, origin, headers);
    }

    /// <summary>Writes an event time.</summary>
    public void WriteTime(JsonEncodedText name, long time)
    {
        Span<byte> text = stackalloc byte[EventTime.MaxLength];
        _json.WriteString(name, text[..EventTime.Format(time, text)]);
    }

    /// <summary>Writes where a record came from.</summary>
    public void WriteSource(in SourceRecord record)
    {
        if (!ReferenceEquals(_source, record.Source)) TakeSource(record.Source);
        _json.WriteStartObject(s_source);
        _json.WriteString(s_topic, _topicName);
        _json.WriteNumber(s_partition, record.Source.Partition);
        _json.WriteNumber(s_offset, record.Offset);
        _json.WriteEndObject();
    }

    /// <summary>Writes a number, or null when it is not finite.</summary>
    public void WriteNumber(JsonEncodedText name, float number)
    {
        if (float.IsFinite(number)) _json.WriteNumber(name, number);
        else _json.WriteNull(name);
    }

    private void TakeSource(PartitionId source)
    {
        _source = source;
        if (!_topicNames.TryGetValue(source.Topic, out _topicName)) _topicNames[source.Topic] = _topicName = Encode(source.Topic);
    }
}
