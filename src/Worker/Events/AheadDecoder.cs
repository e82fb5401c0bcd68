using System.Collections.Concurrent;
using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Reads records before their turn, on another thread than their learner's. Where the records before one could still change how it reads, it is left unread.</summary>
/// <remarks>
/// What may change is the format while it is not decided, an Avro schema that is not known yet, and the nominal values and classes known: a
/// record with one that is not known is read by the learner, in its turn. Values and classes are only ever added, in one order, so those that are
/// known have the same numbers here as there. It has a schema of its own, which follows the learner's by <see cref="Added"/>.
/// </remarks>
internal sealed class AheadDecoder
{
    private readonly ConcurrentQueue<(int Attribute, string Value)> _additions = new();
    private readonly EventUnwrapper _learners, _unwrapper;
    private readonly EventDecoder _decoder;
    private readonly int _attributes;

    /// <param name="schema">What the learner knows now; copied.</param>
    /// <param name="rules">How records are read.</param>
    /// <param name="shape">Where features stand.</param>
    /// <param name="learners">The learner's unwrapper, which decides the format.</param>
    public AheadDecoder(Schema schema, EventRules rules, EventShape shape, EventUnwrapper learners)
    {
        _learners = learners;
        _unwrapper = new EventUnwrapper(rules) { Format = learners.Format };
        Schema own = new(schema.Relation, schema.Attributes.Select(a => a.Domain is null ? SchemaAttribute.Numeric(a.Name) : Copy(a)), Copy(schema.Class));
        _attributes = own.AttributeCount;
        _decoder = new EventDecoder(own, rules, shape, _unwrapper);

        static SchemaAttribute Copy(SchemaAttribute attribute) => SchemaAttribute.Nominal(attribute.Name, attribute.Domain!.Values, attribute.Domain.Cap);
    }

    /// <summary>A value has become known; the learner's thread.</summary>
    /// <param name="attribute">Its attribute; −1 for a class.</param>
    /// <param name="value">The value.</param>
    public void Added(int attribute, string value) => _additions.Enqueue((attribute, value));

    /// <summary>Reads records as far as that is certain.</summary>
    /// <param name="records">The records.</param>
    /// <param name="decoded">Receives one entry a record; what it held is gone.</param>
    public void Decode(ReadOnlySpan<SourceRecord> records, DecodedRecords decoded)
    {
        decoded.Clear(_attributes);
        if (_unwrapper.Format == EventFormat.Auto) _unwrapper.Format = _learners.Format;
        bool isDecided = _unwrapper.Format is not (EventFormat.Auto or EventFormat.Avro);
        foreach (ref readonly SourceRecord record in records)
        {
            if (!isDecided)
            {
                decoded.AddUnread();
                continue;
            }
            while (_additions.TryDequeue(out (int Attribute, string Value) added)) _decoder.Know(added.Attribute, added.Value);
            decoded.Add(_decoder, record);
            if (!_decoder.IsCertain) decoded.MarkUnread();
        }
    }
}
