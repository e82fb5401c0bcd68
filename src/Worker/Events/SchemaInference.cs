using System.Text.Json;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Events;

/// <summary>Holds the first records of a learner until there are enough labels to tell the schema from them.</summary>
/// <remarks>The rules stand in docs/events.md. What is held is bounded by count and bytes; no checkpoint is written meanwhile, so that after a crash the
/// same records are read again and the same schema comes out.</remarks>
internal sealed class SchemaInference(string topic, SchemaOptions options)
{
    /// <summary>Bytes of values held at most: 64 MiB.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>Attributes at most: 4,096; names that come later are left out, and longer arrays do not count.</summary>
    public const int MostAttributes = 4096;

    private const int RecordsPerLabel = 10;

    private readonly Queue<Held> _held = new();
    private readonly long _wait = (long)options.InferWait.TotalMilliseconds;
    private int _labels, _events;
    private long _bytes, _latest;

    private readonly record struct Held(SourceRecord Record, bool HasFeatures, bool HasLabel);

    /// <value>Records held.</value>
    public int Count => _held.Count;

    /// <value>True when the schema can be told, and enough has come or it has taken long enough.</value>
    public bool IsReady => CanInfer
        && (_labels >= options.InferFrom || IsFull || _latest - _held.Peek().Record.Timestamp >= _wait);

    /// <value>True when the schema can be told, though more would be waited for.</value>
    public bool CanInfer => _labels > 0 && _events > 0;

    /// <value>True when no more may be held.</value>
    public bool IsFull => _held.Count >= (long)RecordsPerLabel * options.InferFrom || _bytes >= MostBytes;

    /// <summary>Holds a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="hasFeatures">True when it has at least one feature.</param>
    /// <param name="hasLabel">True when it has a label.</param>
    public void Hold(in SourceRecord record, bool hasFeatures, bool hasLabel)
    {
        if (_held.Count == 0) _latest = record.Timestamp;
        _held.Enqueue(new Held(record, hasFeatures, hasLabel));
        _latest = Math.Max(_latest, record.Timestamp);
        Tally(hasFeatures, hasLabel, record, 1);
    }

    /// <summary>Takes the first record out.</summary>
    public SourceRecord Take()
    {
        Held first = _held.Dequeue();
        Tally(first.HasFeatures, first.HasLabel, first.Record, -1);
        return first.Record;
    }

    /// <summary>Makes the schema of what is held.</summary>
    public Schema Infer()
    {
        Dictionary<string, (int Numbers, int Texts)> kinds = new(StringComparer.Ordinal);
        List<string> names = [];
        Dictionary<int, int> lengths = [];
        int objects = 0;
        foreach (Held held in _held)
        {
            if (!held.HasFeatures) continue;
            using JsonDocument document = JsonDocument.Parse(WithoutMark(held.Record.Value!));
            JsonElement features = document.RootElement.GetProperty("features");
            if (features.ValueKind == JsonValueKind.Array)
            {
                int length = features.GetArrayLength();
                if (length > MostAttributes) continue;
                lengths[length] = lengths.GetValueOrDefault(length) + 1;
                for (int i = 0; i < length; i++) See($"a{i + 1}", features[i].ValueKind);
            }
            else
            {
                objects++;
                foreach (JsonProperty feature in features.EnumerateObject()) See(feature.Name, feature.Value.ValueKind);
            }
        }
        int arrays = lengths.Values.Sum();
        if (arrays > objects)
        {
            int length = lengths.OrderByDescending(l => l.Value).ThenBy(l => l.Key).First().Key;
            names = [.. Enumerable.Range(1, length).Select(i => $"a{i}")];
        }
        Schema schema = new(topic, names.Select(Attribute), SchemaAttribute.Nominal(ClassName(names), [], options.MaxClasses));
        LearnValues(schema);
        return schema;

        void See(string name, JsonValueKind kind)
        {
            if (name.Length == 0) return;
            if (!kinds.TryGetValue(name, out (int Numbers, int Texts) seen))
            {
                if (names.Count >= MostAttributes) return;
                names.Add(name);
            }
            if (kind == JsonValueKind.Number) seen.Numbers++;
            if (kind == JsonValueKind.String) seen.Texts++;
            kinds[name] = seen;
        }

        SchemaAttribute Attribute(string name)
        {
            (int numbers, int texts) = kinds.GetValueOrDefault(name);
            return texts > 0 && texts >= numbers ? SchemaAttribute.Nominal(name, [], options.MaxValues) : SchemaAttribute.Numeric(name);
        }
    }

    /// <summary>Puts the nominal values and classes of the records that fit into the schema, in order of first appearance.</summary>
    private void LearnValues(Schema schema)
    {
        EventDecoder decoder = new(schema);
        double[] row = new double[schema.AttributeCount];
        foreach (Held held in _held)
        {
            if (!decoder.TryDecode(held.Record, row)) continue;
            decoder.AddNewValues(row);
            if (decoder.Label == EventDecoder.NewLabel) decoder.AddNewLabel();
        }
    }

    private void Tally(bool hasFeatures, bool hasLabel, in SourceRecord record, int sign)
    {
        if (hasFeatures) _events += sign;
        if (hasLabel) _labels += sign;
        _bytes += sign * (long)(record.Value?.Length ?? 0);
    }

    private static string ClassName(List<string> attributes)
    {
        string name = "label";
        while (attributes.Contains(name)) name = "_" + name;
        return name;
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] json) => json.AsMemory(json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
}
