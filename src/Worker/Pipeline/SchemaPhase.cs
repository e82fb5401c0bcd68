using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The beginning of a learner whose schema is not declared: holds records until the schema can be told from them.</summary>
/// <param name="topic">Names the schema.</param>
/// <param name="options">When there are enough records, and how much a schema may hold.</param>
/// <param name="rules">How records are read.</param>
/// <param name="unwrapper">Takes events out of their format.</param>
internal sealed class SchemaPhase(string topic, SchemaOptions options, EventRules rules, EventUnwrapper unwrapper)
{
    private readonly SchemaInference _inference = new(topic, options, rules, unwrapper);
    private readonly Queue<SourceState> _sources = new();
    private readonly EventDecoder _decoder = new(null, rules, rules.Shape, unwrapper);

    /// <value>Records held.</value>
    public int Count => _inference.Count;

    /// <value>Time of the record that was looked at last.</value>
    public long Time => _decoder.Time;

    /// <value>The record that was held last.</value>
    public SourceRecord Last { get; private set; }

    /// <value>Labelled records held.</value>
    public int Labels => _inference.Labels;

    /// <summary>Holds a record; bad ones at the beginning, and those from which nothing can be told when too many are held, are dead letters.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="record">The record.</param>
    /// <param name="batch">Where dead letters go.</param>
    /// <param name="figures">Counted in.</param>
    /// <returns>True when the schema can be told now.</returns>
    public bool Hold(SourceState source, in SourceRecord record, BatchInHand batch, PartitionFigures figures)
    {
        bool good = _decoder.TryDecode(record, []);
        if (_decoder.IsPassedOver)
        {
            figures.PassedOver++;
            return false;
        }
        if (!good && Count == 0)
        {
            Refuse(source, record, _decoder.Reason, _decoder.Error);
            return false;
        }
        bool isEvent = good && _decoder.FeatureCount > 0 && source.Order.Kind == SourceKind.Events;
        _inference.Hold(record, isEvent, good && _decoder.Label != InstanceBlock.NoLabel);
        _sources.Enqueue(source);
        Last = record;
        if (_inference.IsReady) return true;
        while (_inference.IsFull && Count > 0)
        {
            (SourceState oldestSource, SourceRecord oldest) = Take();
            if (_decoder.TryDecode(oldest, []))
                Refuse(oldestSource, oldest, DeadLetterReason.NoSchema, $"{oldest.Source}@{oldest.Offset}: no schema is declared, and none can be told from the records held: they have no label, or no features that become attributes. Declare the schema by schema:file, or send labelled events.");
            else
                Refuse(oldestSource, oldest, _decoder.Reason, _decoder.Error);
        }
        return false;

        void Refuse(SourceState of, in SourceRecord bad, DeadLetterReason reason, string error)
        {
            if (batch.Batch.IsFull) batch.Flush(null, figures);
            ref BatchItem item = ref batch.Batch.Add(BatchItem.Kind.DeadLetter, of, bad, _decoder.Time, -1);
            (item.Reason, item.Error) = (reason, error);
        }
    }

    /// <summary>True when a schema can be told from what is held, though more would be waited for.</summary>
    public bool CanInfer => _inference.CanInfer;

    /// <summary>Tells the schema.</summary>
    /// <param name="partitions">The event partitions known now.</param>
    public InferredSchema Infer(IReadOnlyList<int> partitions) => _inference.Infer(partitions);

    /// <summary>Waits for more records: no schema that any of these fits can be told from them.</summary>
    public void Postpone() => _inference.Postpone();

    /// <summary>Takes the oldest record out.</summary>
    public (SourceState Source, SourceRecord Record) Take() => (_sources.Dequeue(), _inference.Take());
}
