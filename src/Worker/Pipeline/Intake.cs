using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Labels;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>What one record does, once the schema is known: decodes it, lets it meet its other half, and puts it into the batch in hand.</summary>
/// <param name="parts">The learner and what belongs to it.</param>
/// <param name="batch">Where rows and dead letters go.</param>
/// <param name="clock">Event time.</param>
/// <param name="labels">Limits of waiting for labels.</param>
/// <param name="sourceOf">The source of the events of a partition.</param>
/// <param name="figures">Counted in.</param>
internal sealed class Intake(LearnerParts parts, BatchInHand batch, EventClock clock, LabelOptions labels, Func<int, SourceState> sourceOf, PartitionFigures figures)
{
    private readonly EventDecoder _decoder = parts.Decoder;
    private readonly InstanceBlock _block = parts.Block;
    private readonly LabelJoin _join = parts.Join;

    /// <summary>Takes a record in.</summary>
    public void TakeIn(SourceState source, in SourceRecord record, OutputBatch outputs)
    {
        if (_block.IsFull || batch.IsFull) Flush(outputs);
        Span<double> features = _block.BeginRow();
        if (!_decoder.TryDecode(record, features))
        {
            if (_decoder.IsPassedOver)
            {
                figures.PassedOver++;
                return;
            }
            Refuse(source, record, _decoder.Reason, _decoder.Error);
            return;
        }
        if (source.Order.Kind == SourceKind.Labels && _decoder.HasFeatures)
        {
            Refuse(source, record, DeadLetterReason.NotALabel, $"{record.Source}@{record.Offset}: it has features; records of the label topic have an id and a label. Send events to {sourceOf(source.Order.Partition).Partition.Topic}.");
            return;
        }
        figures.Records++;
        source.Figures.Records++;
        figures.IgnoredFeatures += _decoder.IgnoredFeatures;
        if (_decoder.Faults.Count > 0) figures.Features.Add(_decoder.Faults, parts.Schema.AttributeCount);
        if (_decoder.FeatureCount > 0 && _decoder.IgnoredFeatures == _decoder.FeatureCount) figures.IgnoredEvents++;
        AdvanceEventTime(record.Timestamp);
        if (_decoder.HasNewValues)
        {
            Flush(outputs);
            _decoder.AddNewValues(features);
        }
        if (_decoder.HasFeatures) TakeEvent(source, record, features, outputs);
        else TakeLabel(source, record, outputs);
    }

    /// <summary>Lets what came before a time expire.</summary>
    public void ExpireBefore(long eventTime) => _join.ExpireBefore(eventTime);

    private void Flush(OutputBatch outputs) => batch.Flush(parts, figures, outputs);

    private void Refuse(SourceState source, in SourceRecord record, DeadLetterReason reason, string error)
    {
        ref BatchItem item = ref batch.Add(BatchItem.Kind.DeadLetter, source, record, _decoder.Time, -1);
        (item.Reason, item.Error) = (reason, error);
    }

    /// <summary>Event time runs to this record's time, but not further ahead of its timestamp than allowed; what has waited too long expires.</summary>
    private void AdvanceEventTime(long timestamp)
    {
        long latest = EventTime.OfTimestamp(timestamp) + labels.MaxSkew.Ticks;
        if (clock.Advance(Math.Min(_decoder.Time, latest))) _join.ClampTo(clock.Now);
        _join.ExpireBefore(clock.Now - labels.MaxAge.Ticks);
    }

    private void TakeEvent(SourceState source, in SourceRecord record, Span<double> features, OutputBatch outputs)
    {
        figures.Events++;
        source.Figures.Events++;
        JoinEntry? waiting = _join.Find(_decoder.Id);
        bool isDuplicate = waiting is { IsEvent: true };
        int label = isDuplicate ? InstanceBlock.NoLabel : _decoder.Label;
        if (isDuplicate)
        {
            figures.Duplicates++;
        }
        else if (waiting is not null)
        {
            // The event's own label wins over one that waits for it.
            if (label == InstanceBlock.NoLabel)
            {
                label = waiting.Class;
                figures.Joined++;
            }
            else
            {
                figures.Duplicates++;
            }
            _join.Remove(waiting);
        }
        if (label != InstanceBlock.NoLabel) figures.Labelled++;
        if (label == EventDecoder.NewLabel)
        {
            TakeEventOfNewClass(source, record, features, outputs);
            return;
        }
        JoinEntry? entry = label == InstanceBlock.NoLabel && !isDuplicate ? _join.AddEvent(_decoder.Id, clock.Now, features, source.Order.Partition) : null;
        AddEventRow(source, record, features, label, label, entry);
    }

    /// <summary>An event whose class nobody knew: predicted without the class, then learned with it.</summary>
    private void TakeEventOfNewClass(SourceState source, in SourceRecord record, Span<double> features, OutputBatch outputs)
    {
        if (_block.Count > 0) Flush(outputs);
        AddEventRow(source, record, features, InstanceBlock.NoLabel, parts.Schema.ClassCount, null);
        Flush(outputs);
        int label = _decoder.AddNewLabel();
        _block.AddLate(features, label, parts.Predictions.Contexts[.._block.ContextLength]);
        batch.Add(BatchItem.Kind.Learned, source, record, _decoder.Time, 0);
    }

    private void AddEventRow(SourceState source, in SourceRecord record, Span<double> features, int label, int scoredLabel, JoinEntry? entry)
    {
        Span<double> row = _block.BeginRow();
        if (row != features) features.CopyTo(row);
        _block.EndRow(label);
        ref BatchItem item = ref batch.Add(BatchItem.Kind.Event, source, record, _decoder.Time, _block.Count - 1);
        (item.Label, item.Entry, item.EntrySerial) = (scoredLabel, entry, entry?.Serial ?? 0);
        ReadOnlySpan<byte> id = _decoder.Id;
        item.Key = record.Key ?? (_decoder.HasOwnId ? id.ToArray() : null);
        batch.KeepId(ref item, id);
    }

    private void TakeLabel(SourceState source, in SourceRecord record, OutputBatch outputs)
    {
        figures.Labels++;
        JoinEntry? waiting = _join.Find(_decoder.Id);
        if (waiting is { IsEvent: false })
        {
            figures.Duplicates++;
            return;
        }
        int label = _decoder.Label;
        if (label == EventDecoder.NewLabel)
        {
            Flush(outputs);
            label = _decoder.AddNewLabel();
        }
        if (waiting is null)
        {
            _join.AddLabel(_decoder.Id, clock.Now, label);
            return;
        }
        if (waiting.IsPending) Flush(outputs);
        figures.Joined++;
        _block.AddLate(_join.Features(waiting), label, _join.Context(waiting));
        ref BatchItem item = ref batch.Add(BatchItem.Kind.Late, source, record, _decoder.Time, _block.Count - 1);
        (item.Label, item.Kept, item.KeptConfidence, item.Scored) = (label, waiting.Class, waiting.Confidence, sourceOf(waiting.Partition));
        _join.Remove(waiting);
    }
}
