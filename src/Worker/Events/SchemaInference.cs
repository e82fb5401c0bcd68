using System.Text.Json;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Events;

/// <summary>Holds the first records of a learner until there are enough labels to tell the schema from them.</summary>
/// <remarks>The rules stand in docs/events.md. What is held is bounded by count and bytes; no checkpoint is written meanwhile, so that after a crash the
/// same records are read again and the same schema comes out.</remarks>
internal sealed class SchemaInference(string topic, SchemaOptions options, EventRules? rules = null, EventUnwrapper? unwrapper = null)
{
    /// <summary>Bytes of values held at most: 64 MiB.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>Attributes at most: 4,096; names that come later are left out, and longer arrays do not count.</summary>
    public const int MostAttributes = 4096;

    private const int RecordsPerLabel = 10;

    private readonly EventRules _rules = rules ?? EventRules.Default;
    private readonly Queue<Held> _held = new();
    private readonly long _wait = (long)options.InferWait.TotalMilliseconds;
    private int _labels, _events, _postponedTo;
    private long _bytes, _latest;

    private readonly record struct Held(SourceRecord Record, bool HasFeatures, bool HasLabel);

    /// <value>Records held.</value>
    public int Count => _held.Count;

    /// <value>True when the schema can be told, and enough has come or it has taken long enough.</value>
    public bool IsReady => CanInfer && _held.Count >= _postponedTo
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

    /// <summary>Waits for as many records again: no schema that any of these fits can be told from them.</summary>
    public void Postpone() => _postponedTo = IsFull ? int.MaxValue : 2 * _held.Count;

    /// <summary>Takes the first record out.</summary>
    public SourceRecord Take()
    {
        Held first = _held.Dequeue();
        if (_postponedTo == int.MaxValue) _postponedTo = _held.Count;
        Tally(first.HasFeatures, first.HasLabel, first.Record, -1);
        return first.Record;
    }

    /// <value>Records held that have a label.</value>
    public int Labels => _labels;

    /// <summary>Makes the schema of what is held.</summary>
    /// <param name="partitions">The event partitions known now.</param>
    public InferredSchema Infer(IReadOnlyList<int> partitions)
    {
        EventShape shape = Shape();
        AttributeEvidence evidence = new(_rules);
        Dictionary<int, int> lengths = [];
        int objects = 0;
        foreach (Held held in _held)
        {
            if (!held.HasFeatures) continue;
            using JsonDocument document = JsonDocument.Parse(Json(held.Record));
            JsonElement root = document.RootElement;
            if (shape == EventShape.Flat)
            {
                objects++;
                evidence.AddFlat(root);
            }
            else if (!root.TryGetProperty("features", out JsonElement features)) continue;
            else if (features.ValueKind == JsonValueKind.Array)
            {
                int length = features.GetArrayLength();
                if (length > MostAttributes) continue;
                lengths[length] = lengths.GetValueOrDefault(length) + 1;
                for (int i = 0; i < length; i++) evidence.AddPlace(i, features[i]);
            }
            else if (features.ValueKind == JsonValueKind.Object)
            {
                objects++;
                evidence.AddNested(features);
            }
        }
        bool arrays = lengths.Values.Sum() > objects;
        IReadOnlyList<string> names = arrays
            ? [.. Enumerable.Range(1, lengths.OrderByDescending(l => l.Value).ThenBy(l => l.Key).First().Key).Select(i => $"a{i}")]
            : evidence.Names;
        Schema schema = SourceAttributes.Append(new(topic, names.Select(n => evidence.Attribute(n, options)), SchemaAttribute.Nominal(ClassName(names), [], options.MaxClasses)),
            _rules.Events, options, partitions);
        int fitting = LearnValues(schema, shape, out string? timeUnit);
        if (names.Count == 0) fitting = 0;
        return new InferredSchema(schema, shape, fitting, arrays ? [] : evidence.Ignored, [.. names.Where(evidence.IsNumericText)],
            [.. names.Select(n => KeyValuePair.Create(n, evidence.IdentifierOf(n)!)).Where(n => n.Value is not null)], timeUnit);
    }

    /// <summary>Where the features stand in most records held.</summary>
    private EventShape Shape()
    {
        if (_rules.Shape != EventShape.Auto) return _rules.Shape;
        EventDecoder decoder = new(null, _rules, EventShape.Auto, unwrapper);
        int flat = 0, nested = 0;
        foreach (Held held in _held)
        {
            if (!held.HasFeatures || !decoder.TryDecode(held.Record, [])) continue;
            if (decoder.IsFlat) flat++;
            else nested++;
        }
        return flat > nested ? EventShape.Flat : EventShape.Nested;
    }

    /// <summary>Puts the nominal values and classes of the records that fit into the schema, in order of first appearance.</summary>
    /// <returns>Number of records with features that fit.</returns>
    private int LearnValues(Schema schema, EventShape shape, out string? timeUnit)
    {
        EventDecoder decoder = new(schema, _rules, shape, unwrapper);
        double[] row = new double[schema.AttributeCount];
        int fitting = 0;
        timeUnit = null;
        foreach (Held held in _held)
        {
            if (!decoder.TryDecode(held.Record, row)) continue;
            timeUnit ??= decoder.TimeUnit;
            if (decoder.HasFeatures) fitting++;
            decoder.AddNewValues(row);
            if (decoder.Label == EventDecoder.NewLabel) decoder.AddNewLabel();
        }
        return fitting;
    }

    private void Tally(bool hasFeatures, bool hasLabel, in SourceRecord record, int sign)
    {
        if (hasFeatures) _events += sign;
        if (hasLabel) _labels += sign;
        _bytes += sign * ((record.Value?.Length ?? 0) + RecordHeader.BytesOf(record.Headers));
    }

    private static string ClassName(IReadOnlyList<string> attributes)
    {
        string name = "label";
        while (attributes.Contains(name)) name = "_" + name;
        return name;
    }

    private byte[] Json(in SourceRecord record)
    {
        ReadOnlySpan<byte> json = record.Value;
        if (unwrapper is not null) unwrapper.TryUnwrap(record, out json);
        return json[(json.StartsWith("\uFEFF"u8) ? 3 : 0)..].ToArray();
    }
}
