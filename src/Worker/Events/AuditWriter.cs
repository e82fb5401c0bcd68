using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Events;

/// <summary>Writes signals and decisions of the pool, and the schema that was inferred, as they stand in docs/events.md.</summary>
/// <remarks>The key is <c>topic-learner</c>, so that what happened to one learner stays in order.</remarks>
/// <param name="key">The key of all records.</param>
/// <param name="output">Writes JSON.</param>
internal sealed class AuditWriter(string key, JsonOutput output)
{
    private static readonly JsonEncodedText s_time = JsonEncodedText.Encode("time"), s_kind = JsonEncodedText.Encode("kind"),
        s_expert = JsonEncodedText.Encode("expert"), s_learned = JsonEncodedText.Encode("learned"), s_about = JsonEncodedText.Encode("about"),
        s_detector = JsonEncodedText.Encode("detector"),
        s_evidence = JsonEncodedText.Encode("evidence"), s_source = JsonEncodedText.Encode("source"), s_schema = JsonEncodedText.Encode("schema");

    private static readonly JsonEncodedText[] s_kinds = [.. Enum.GetValues<PoolEventKind>().Select(k => JsonEncodedText.Encode(k.NameOf()))];

    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <summary>Writes what happened to the pool.</summary>
    /// <param name="outputs">Where to.</param>
    /// <param name="time">Time of the event that brought it about.</param>
    /// <param name="record">That event's record, or its late label's.</param>
    /// <param name="happened">What happened.</param>
    public void Write(OutputBatch outputs, long time, in SourceRecord record, PoolEvent happened)
    {
        Utf8JsonWriter json = output.Begin(outputs);
        output.WriteTime(s_time, time);
        output.WriteSource(record);
        json.WriteString(s_kind, s_kinds[(int)happened.Kind]);
        if (happened.Expert >= 0) json.WriteNumber(s_expert, happened.Expert);
        else json.WriteNull(s_expert);
        json.WriteNumber(s_learned, happened.Learned);
        json.WriteString(s_about, happened.Source);
        if (happened.Detector.Length > 0) json.WriteString(s_detector, happened.Detector);
        json.WriteStartObject(s_evidence);
        foreach ((string name, double value) in happened.Evidence)
        {
            if (double.IsFinite(value)) json.WriteNumber(name, value);
            else json.WriteNull(name);
        }
        json.WriteEndObject();
        output.End(outputs, OutputKind.Audit, _key, record with { Key = null, Value = null });
    }

    /// <summary>Writes the schema that was inferred.</summary>
    /// <param name="outputs">Where to.</param>
    /// <param name="time">Time of the record with which the inference ended.</param>
    /// <param name="record">That record.</param>
    /// <param name="inferred">The schema as it begins, and what was noticed.</param>
    public void Write(OutputBatch outputs, long time, in SourceRecord record, InferredSchema inferred)
    {
        Utf8JsonWriter json = output.Begin(outputs);
        output.WriteTime(s_time, time);
        output.WriteSource(record);
        json.WriteString(s_kind, s_schema);
        json.WriteStartArray("attributes");
        foreach (SchemaAttribute attribute in inferred.Schema.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("name", attribute.Name);
            json.WriteString("type", attribute.IsNominal ? "nominal" : "numeric");
            if (attribute.IsNominal) WriteValues(json, "values", attribute.Domain!);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteValues(json, "classes", inferred.Schema.Class.Domain!);
        json.WriteString("shape", inferred.Shape == EventShape.Flat ? "flat" : "nested");
        if (inferred.TimeUnit is { } unit) json.WriteString("timeUnit", unit);
        WriteNames(json, "ignored", inferred.Ignored);
        WriteNames(json, "numericTexts", inferred.NumericTexts);
        if (inferred.Identifiers.Count > 0)
        {
            json.WriteStartObject("identifiers");
            foreach ((string name, string why) in inferred.Identifiers) json.WriteString(name, why);
            json.WriteEndObject();
        }
        output.End(outputs, OutputKind.Audit, _key, record with { Key = null, Value = null });
    }

    /// <summary>An audit record that is too large for its topic, without what makes it large: lists and objects, <c>source</c> aside.</summary>
    /// <returns>The object with <c>"omitted"</c>, the bytes that it had.</returns>
    public static byte[] Shortened(ReadOnlySpan<byte> value)
    {
        ArrayBufferWriter<byte> bytes = new();
        using Utf8JsonWriter json = new(bytes, new JsonWriterOptions { SkipValidation = true });
        using JsonDocument whole = JsonDocument.Parse(value.ToArray());
        json.WriteStartObject();
        foreach (JsonProperty property in whole.RootElement.EnumerateObject())
            if (property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) || property.NameEquals(s_source.EncodedUtf8Bytes)) property.WriteTo(json);
        json.WriteNumber("omitted"u8, value.Length);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        json.WriteStartArray(key);
        foreach (string name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, NominalDomain domain)
    {
        json.WriteStartArray(name);
        foreach (string value in domain.Values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
