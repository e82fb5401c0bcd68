using System.Buffers;
using System.Text.Json;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Events;

/// <summary>Writes instances as events: the JSON that producers send, for the embedded stream and for feeding topics.</summary>
/// <remarks>One thread at a time; the bytes of a call are valid until the next one.</remarks>
internal sealed class EventWriter : IDisposable
{
    private readonly Schema _schema;
    private readonly JsonEncodedText[] _names;
    private readonly bool _asArray;
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;

    /// <param name="schema">What the instances look like.</param>
    /// <param name="asArray">True for features as an array in schema order; the default is an object by name.</param>
    public EventWriter(Schema schema, bool asArray = false)
    {
        (_schema, _asArray) = (schema, asArray);
        _names = [.. schema.Attributes.Select(a => JsonEncodedText.Encode(a.Name))];
        _json = new Utf8JsonWriter(_bytes);
    }

    /// <summary>Writes an event; a missing value is left out of an object, and null in an array.</summary>
    /// <param name="id">Its id; null = none.</param>
    /// <param name="time">Its time; null = none, so that it is the record's.</param>
    /// <param name="features">The features; NaN = missing.</param>
    /// <param name="label">Class index, or <see cref="InstanceBlock.NoLabel"/> for an event without its label.</param>
    public ReadOnlySpan<byte> WriteEvent(string? id, DateTimeOffset? time, ReadOnlySpan<double> features, int label)
    {
        Begin(id, time);
        if (_asArray) WriteArray(features);
        else WriteObject(features);
        if (label != InstanceBlock.NoLabel) _json.WriteString("label"u8, _schema.ClassName(label));
        return End();
    }

    /// <summary>Writes the late label of an event.</summary>
    public ReadOnlySpan<byte> WriteLabel(string id, DateTimeOffset? time, int label)
    {
        Begin(id, time);
        _json.WriteString("label"u8, _schema.ClassName(label));
        return End();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteObject(ReadOnlySpan<double> features)
    {
        _json.WriteStartObject("features"u8);
        for (int a = 0; a < _names.Length; a++)
        {
            double value = features[a];
            if (double.IsNaN(value)) continue;
            if (_schema.Attributes[a].Domain is { } domain) _json.WriteString(_names[a], domain[(int)value]);
            else _json.WriteNumber(_names[a], value);
        }
        _json.WriteEndObject();
    }

    private void WriteArray(ReadOnlySpan<double> features)
    {
        _json.WriteStartArray("features"u8);
        for (int a = 0; a < _names.Length; a++)
        {
            double value = features[a];
            if (double.IsNaN(value)) _json.WriteNullValue();
            else if (_schema.Attributes[a].Domain is { } domain) _json.WriteStringValue(domain[(int)value]);
            else _json.WriteNumberValue(value);
        }
        _json.WriteEndArray();
    }

    private void Begin(string? id, DateTimeOffset? time)
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        if (id is not null) _json.WriteString("id"u8, id);
        if (time is { } at) _json.WriteString("time"u8, at.UtcDateTime);
    }

    private ReadOnlySpan<byte> End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _bytes.WrittenSpan;
    }
}
