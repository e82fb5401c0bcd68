using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Reads events out of the envelopes of CloudEvents 1.0, Debezium and Kafka Connect.</summary>
internal sealed class EnvelopeReader(EventRules rules)
{
    private readonly string _id = Encoding.UTF8.GetString(rules.Id), _label = Encoding.UTF8.GetString(rules.Label), _time = Encoding.UTF8.GetString(rules.Time);

    /// <summary>True for Kafka Connect's JSON with schemas: an object of <c>schema</c> and <c>payload</c> alone.</summary>
    public static bool IsConnect(JsonElement root, out JsonElement payload)
    {
        payload = default;
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("payload", out payload) && root.TryGetProperty("schema", out JsonElement schema)
            && schema.ValueKind is JsonValueKind.Object or JsonValueKind.Null && root.EnumerateObject().Count() == 2;
    }

    /// <summary>What an object is, by its keys.</summary>
    public static EventFormat FormatOf(JsonElement root)
    {
        if (root.TryGetProperty("specversion", out _) && root.TryGetProperty("type", out _)) return EventFormat.Cloudevents;
        JsonElement change = IsConnect(root, out JsonElement payload) && payload.ValueKind == JsonValueKind.Object ? payload : root;
        return change.TryGetProperty("op", out _) && (change.TryGetProperty("after", out _) || change.TryGetProperty("before", out _)) ? EventFormat.Debezium : EventFormat.Json;
    }

    /// <summary>A CloudEvent in the mode that its headers tell. Where they do not: in structured mode, or, without <c>specversion</c>, the data of one alone.</summary>
    /// <returns>True: it is an event, or a late label.</returns>
    public bool CloudEvent(IReadOnlyList<RecordHeader>? headers, JsonElement root, IBufferWriter<byte> json)
    {
        CloudEventMode mode = CloudEventHeaders.ModeOf(headers);
        if (mode == CloudEventMode.Binary)
        {
            Write(json, root, default, default, sentId: CloudEventHeaders.IdOf(headers!), sentTime: CloudEventHeaders.TimeOf(headers!));
            return true;
        }
        if (!root.TryGetProperty("specversion", out JsonElement version))
        {
            if (mode == CloudEventMode.Structured)
                throw new BadEventException(DeadLetterReason.NotAnEnvelope, "the header content-type says that the value is a CloudEvent in structured mode, but there is no \"specversion\" in it.");
            Write(json, root, default, default);
            return true;
        }
        if (version.ValueKind != JsonValueKind.String || JsonText.Of(version)?.StartsWith("1.", StringComparison.Ordinal) != true)
            throw new BadEventException(DeadLetterReason.NotAnEnvelope, $"\"specversion\" is {version.GetRawText()}; CloudEvents 1.0 is read.");
        JsonElement data;
        JsonDocument? decoded = null;
        try
        {
            if (root.TryGetProperty("data_base64", out JsonElement packed) && packed.TryGetBytesFromBase64(out byte[]? bytes))
            {
                decoded = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = EventUnwrapper.MaxDepth });
                data = decoded.RootElement;
            }
            else if (!root.TryGetProperty("data", out data) || data.ValueKind != JsonValueKind.Object)
                throw new BadEventException(DeadLetterReason.NotAnEnvelope, "the CloudEvent has no \"data\" that is a JSON object.");
            if (data.ValueKind != JsonValueKind.Object) throw new BadEventException(DeadLetterReason.NotAnEnvelope, "the CloudEvent's data are no JSON object.");
            Write(json, data, Of(root, "id"), Of(root, "time"));
            return true;
        }
        finally
        {
            decoded?.Dispose();
        }
    }

    /// <summary>A change event of Debezium, with or without Kafka Connect's envelope.</summary>
    /// <param name="root">The value.</param>
    /// <param name="key">The record's key, which holds the row's.</param>
    /// <param name="json">Receives the event: the row after the change; or the late label that an update set.</param>
    /// <returns>False for a deletion, a truncation or a message.</returns>
    public bool Debezium(JsonElement root, byte[]? key, IBufferWriter<byte> json)
    {
        JsonElement change = IsConnect(root, out JsonElement payload) ? payload : root;
        if (change.ValueKind == JsonValueKind.Null) return false;
        if (change.ValueKind != JsonValueKind.Object || !change.TryGetProperty("op", out JsonElement op) || op.ValueKind != JsonValueKind.String)
            throw new BadEventException(DeadLetterReason.NotAnEnvelope, "there is no \"op\"; a change event of Debezium has op, before and after. Is the connector set to unwrap them? Then events:format is json.");
        string? kind = JsonText.Of(op);
        if (kind is "d" or "t" or "m") return false;
        if (kind is not ("c" or "r" or "u")) throw new BadEventException(DeadLetterReason.NotAnEnvelope, $"\"op\" is {op.GetRawText()}; must be c, r, u, d, t or m.");
        if (!change.TryGetProperty("after", out JsonElement after) || after.ValueKind != JsonValueKind.Object)
            throw new BadEventException(DeadLetterReason.NotAnEnvelope, "the change has no row \"after\" it.");
        JsonElement id = Of(after, _id), time = Of(after, _time);
        using JsonDocument? ofKey = id.ValueKind == JsonValueKind.Undefined ? KeyOf(key) : null;
        if (ofKey is not null) id = Single(ofKey.RootElement);
        if (time.ValueKind == JsonValueKind.Undefined) time = Of(change, "ts_ms");
        bool setsLabel = kind == "u" && IsThere(Of(after, _label)) && !SameLabel(Of(change, "before"), Of(after, _label));
        Write(json, after, id, time, onlyLabel: setsLabel);
        return true;
    }

    /// <summary>True when the row had this label before the change already.</summary>
    private bool SameLabel(JsonElement before, JsonElement label)
        => before.ValueKind == JsonValueKind.Object && before.TryGetProperty(_label, out JsonElement earlier) && JsonElement.DeepEquals(earlier, label);

    private static JsonDocument? KeyOf(byte[]? key)
    {
        try
        {
            return key is null ? null : JsonDocument.Parse(key, new JsonDocumentOptions { MaxDepth = EventUnwrapper.MaxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The one value of a key; a key of several columns as it is.</summary>
    private static JsonElement Single(JsonElement key)
    {
        if (IsConnect(key, out JsonElement payload)) key = payload;
        if (key.ValueKind != JsonValueKind.Object) return key;
        JsonProperty[] members = [.. key.EnumerateObject().Take(2)];
        return members.Length == 1 ? members[0].Value : key;
    }

    /// <summary>Writes an event: what of an object is id, time and label, everything else as features.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="data">The object.</param>
    /// <param name="id">The envelope's id, where the object has none.</param>
    /// <param name="time">The envelope's time, likewise.</param>
    /// <param name="onlyLabel">True to leave out the features.</param>
    /// <param name="sentId">The id that came in a header; null for none.</param>
    /// <param name="sentTime">The time, likewise.</param>
    private void Write(IBufferWriter<byte> json, JsonElement data, JsonElement id, JsonElement time, bool onlyLabel = false, byte[]? sentId = null, byte[]? sentTime = null)
    {
        using Utf8JsonWriter writer = new(json);
        writer.WriteStartObject();
        WriteKey(writer, _id, Of(data, _id) is { ValueKind: not JsonValueKind.Undefined } own ? own : id, sentId);
        WriteKey(writer, _time, Of(data, _time) is { ValueKind: not JsonValueKind.Undefined } told ? told : time, sentTime);
        WriteKey(writer, _label, Of(data, _label));
        if (!onlyLabel)
        {
            if (data.TryGetProperty("features", out JsonElement features))
            {
                writer.WritePropertyName("features");
                features.WriteTo(writer);
            }
            else if (data.EnumerateObject().Any(IsFeature))
            {
                writer.WriteStartObject("features");
                foreach (JsonProperty member in data.EnumerateObject())
                    if (IsFeature(member)) member.WriteTo(writer);
                writer.WriteEndObject();
            }
        }
        writer.WriteEndObject();
    }

    private bool IsFeature(JsonProperty member) => JsonText.NameOf(member) is { } name && name != _id && name != _time && name != _label;

    private static void WriteKey(Utf8JsonWriter writer, string name, JsonElement value, byte[]? sent = null)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            if (sent is not null) writer.WriteString(name, sent.AsSpan());
            return;
        }
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) writer.WriteString(name, value.GetRawText());
        else
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }

    private static bool IsThere(JsonElement value) => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    private static JsonElement Of(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;
}
