using System.Buffers;
using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.Worker.Events;

namespace StreamMoe.Worker.History;

/// <summary>An audit record, read back from what was put out (docs/events.md).</summary>
/// <param name="Kind">What happened to the pool; null for the schema that was inferred.</param>
/// <param name="Name">The same as the record says it.</param>
/// <param name="Expert">Id of the expert; −1 for none.</param>
/// <param name="About">What it is about, at most 200 characters.</param>
/// <param name="Detector">The detector of a signal; else empty.</param>
/// <param name="Source">The event's record, as <c>topic-partition@offset</c>.</param>
/// <param name="EventTime">Time of the event, as it is written.</param>
/// <param name="Evidence">The figures that decided.</param>
internal sealed record LiveAudit(
    PoolEventKind? Kind, string Name, int Expert, string About, string Detector, string Source, string EventTime, IReadOnlyList<KeyValuePair<string, double>> Evidence)
{
    private const int MostAbout = 200;

    /// <value>True for a drift, a warning or a virtual drift.</value>
    public bool IsSignal => Kind?.SignalName() is not null;

    /// <summary>Reads a record that <see cref="Events.AuditWriter"/> wrote.</summary>
    public static LiveAudit Read(ReadOnlySpan<byte> record)
    {
        using JsonDocument document = JsonDocument.Parse(record.ToArray());
        JsonElement root = document.RootElement;
        string name = root.GetProperty("kind").GetString()!, about = Text(root, "about");
        bool isPool = PoolEventKinds.TryParse(name, out PoolEventKind kind);
        return new LiveAudit(isPool ? kind : null, name, root.TryGetProperty("expert", out JsonElement expert) && expert.ValueKind == JsonValueKind.Number ? expert.GetInt32() : -1,
            about.Length > MostAbout ? about[..MostAbout] : about, Text(root, "detector"), SourceOf(root.GetProperty("source")), Text(root, "time"),
            isPool ? [.. root.GetProperty("evidence").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.ValueKind == JsonValueKind.Number ? p.Value.GetDouble() : double.NaN))]
                : [new("attributes", root.GetProperty("attributes").GetArrayLength()), new("classes", root.GetProperty("classes").GetArrayLength())]);
    }

    /// <summary>As the page gets it.</summary>
    /// <param name="serial">Its serial.</param>
    /// <param name="position">Number of the event among the learner's records, from 0.</param>
    public byte[] Write(long serial, long position)
    {
        ArrayBufferWriter<byte> bytes = new(256);
        using Utf8JsonWriter json = new(bytes);
        json.WriteStartObject();
        json.WriteNumber("serial", serial);
        json.WriteNumber("position", position);
        json.WriteString("source", Source);
        json.WriteString("time", EventTime);
        json.WriteString("kind", Name);
        json.WriteNumber("expert", Expert);
        json.WriteString("about", About);
        json.WriteString("detector", Detector);
        json.WriteStartObject("evidence");
        foreach ((string name, double value) in Evidence) LiveJson.WriteNumber(json, name, value);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static string SourceOf(JsonElement source)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{source.GetProperty("topic").GetString()}-{source.GetProperty("partition").GetInt32()}@{source.GetProperty("offset").GetInt64()}");

    private static string Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";
}
