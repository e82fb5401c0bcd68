using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using StreamMoe.Streams.Files;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Turns the value of a record, whatever its format, into the JSON of an event that <see cref="EventDecoder"/> reads.</summary>
/// <remarks>
/// JSON goes through untouched, without its Kafka Connect envelope (<c>schema</c> and <c>payload</c>) and the five bytes that JSON Schema serialisers put before it.
/// All else is written anew: <c>id</c>, <c>time</c> and <c>label</c> under the names of <c>events:map</c>, everything else below <c>features</c>.
/// <para>Which format <c>auto</c> means is decided by the first record that tells, and is state. An Avro schema must be known before a record that needs it is read
/// (<see cref="UnknownSchemaOf"/>, <see cref="AddSchema"/>): what a registry says is an input like any other. One thread at a time.</para>
/// </remarks>
internal sealed class EventUnwrapper(EventRules rules)
{
    /// <summary>Schemas of a registry that one learner knows at most: 1,000.</summary>
    public const int MaxSchemas = 1000;

    /// <summary>Deepest nesting of an envelope: 16.</summary>
    public const int MaxDepth = 16;

    private const int PrefixBytes = 5;

    private static readonly JsonDocumentOptions s_bounded = new() { MaxDepth = MaxDepth };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly SortedDictionary<int, AvroSchema?> _schemas = [];
    private readonly AvroReader _avro = new(rules);
    private readonly EnvelopeReader _envelopes = new(rules);

    /// <value>The format; auto until a record has told it.</value>
    public EventFormat Format { get; set; } = rules.Format;

    /// <value>The schemas known, by id; null = the registry has none of that id.</value>
    public IEnumerable<KeyValuePair<int, string?>> Schemas => _schemas.Select(s => KeyValuePair.Create(s.Key, s.Value?.Text));

    /// <summary>Makes a schema known, or that there is none; one that cannot be read counts as not there. Beyond <see cref="MaxSchemas"/> nothing is kept.</summary>
    public void AddSchema(int id, string? text)
    {
        if (_schemas.Count < MaxSchemas || _schemas.ContainsKey(id)) _schemas[id] = text is null ? null : AvroSchema.Parse(text);
    }

    /// <summary>The id of the schema that a record needs and that is not known yet; null when it needs none.</summary>
    public int? UnknownSchemaOf(in SourceRecord record)
        => Format is EventFormat.Avro or EventFormat.Auto && SchemaIdOf(record.Value) is { } id && !_schemas.ContainsKey(id) && _schemas.Count < MaxSchemas ? id : null;

    /// <summary>Unwraps a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="json">Receives the event; valid until the next call. UTF-8 is not checked.</param>
    /// <returns>False for a record that says nothing of an event: a deletion, for example.</returns>
    /// <exception cref="BadEventException">The record is not what the format says.</exception>
    /// <exception cref="JsonException">Its JSON is none.</exception>
    public bool TryUnwrap(scoped in SourceRecord record, out ReadOnlySpan<byte> json)
    {
        json = default;
        if (record.Value is not { } value)
        {
            if (Format == EventFormat.Debezium) return false;
            throw new BadEventException(DeadLetterReason.NullValue, "the record has no value; it must be a JSON object. Deleting by a null value means nothing here.");
        }
        if (Format == EventFormat.Auto) Decide(record.Headers, value);
        switch (Format)
        {
            case EventFormat.Avro:
                json = UnwrapAvro(value);
                return true;
            case EventFormat.Cloudevents or EventFormat.Debezium:
                _buffer.ResetWrittenCount();
                using (JsonDocument document = JsonDocument.Parse(value, s_bounded))
                {
                    if (document.RootElement.ValueKind != JsonValueKind.Object) throw new BadEventException(DeadLetterReason.NotAnObject, "the value is no object.");
                    bool isEvent = Format == EventFormat.Debezium
                        ? _envelopes.Debezium(document.RootElement, record.Key, _buffer) : _envelopes.CloudEvent(record.Headers, document.RootElement, _buffer);
                    json = _buffer.WrittenSpan;
                    return isEvent;
                }
            default:
                json = WithoutConnect(WithoutPrefix(value));
                return true;
        }
    }

    private ReadOnlySpan<byte> UnwrapAvro(byte[] value)
    {
        if (SchemaIdOf(value) is not { } id)
            throw new BadEventException(DeadLetterReason.NotAvro, "the value does not begin with a zero byte and four bytes of a schema's id, as Avro with a schema registry does.");
        if (!_schemas.TryGetValue(id, out AvroSchema? schema) || schema is null)
            throw new BadEventException(DeadLetterReason.NotAvro, $"no Avro schema {id} that can be read is known; at most {MaxSchemas} are.");
        _buffer.ResetWrittenCount();
        _avro.Write(schema, value.AsSpan(PrefixBytes), _buffer);
        return _buffer.WrittenSpan;
    }

    /// <summary>The id in Confluent's wire format; null when the value is not in it.</summary>
    private static int? SchemaIdOf(byte[]? value)
        => value is { Length: > PrefixBytes } && value[0] == 0 && value[PrefixBytes] != '{' ? BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1)) : null;

    private static ReadOnlySpan<byte> WithoutPrefix(ReadOnlySpan<byte> value) => value.Length > PrefixBytes && value[0] == 0 && value[PrefixBytes] == '{' ? value[PrefixBytes..] : value;

    /// <summary>The payload of Kafka Connect's envelope; the same where there is none.</summary>
    private ReadOnlySpan<byte> WithoutConnect(ReadOnlySpan<byte> json)
    {
        if (!json.TrimStart(" \t\r\n"u8).StartsWith("{"u8) || json[..Math.Min(json.Length, 16)].IndexOf("\"schema\""u8) < 0) return json;
        using JsonDocument document = JsonDocument.Parse(json.ToArray(), s_bounded);
        if (!EnvelopeReader.IsConnect(document.RootElement, out JsonElement payload)) return json;
        _buffer.ResetWrittenCount();
        using (Utf8JsonWriter writer = new(_buffer)) payload.WriteTo(writer);
        return _buffer.WrittenSpan;
    }

    /// <summary>Tells the format from a record; what is no JSON tells nothing.</summary>
    private void Decide(IReadOnlyList<RecordHeader>? headers, byte[] value)
    {
        if (CloudEventHeaders.AreThere(headers))
        {
            Format = EventFormat.Cloudevents;
            return;
        }
        if (SchemaIdOf(value) is not null)
        {
            Format = EventFormat.Avro;
            return;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(WithoutPrefix(value).ToArray(), s_bounded);
            if (document.RootElement.ValueKind == JsonValueKind.Object) Format = EnvelopeReader.FormatOf(document.RootElement);
        }
        catch (JsonException)
        {
            // The record is read as JSON, and told to be none.
        }
    }
}
