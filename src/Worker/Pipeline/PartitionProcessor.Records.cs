using StreamMoe.Worker.Events;
using StreamMoe.Worker.Labels;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Pipeline;

/// <summary>What one record does.</summary>
internal sealed partial class PartitionProcessor
{
    private void TakeIn(in SourceRecord record, OutputBatch outputs)
    {
        if (_block.IsFull || _itemCount == _items.Length) Flush(outputs);
        Span<double> features = _block.BeginRow();
        if (!_decoder.TryDecode(record, features))
        {
            ref BatchItem item = ref AddItem(BatchItem.Kind.DeadLetter, record, -1);
            (item.Reason, item.Error) = (_decoder.Reason, _decoder.Error);
            return;
        }
        Figures.Records++;
        Figures.IgnoredFeatures += _decoder.IgnoredFeatures;
        AdvanceEventTime(record.Timestamp);
        if (_decoder.HasNewValues)
        {
            Flush(outputs);
            _decoder.AddNewValues(features);
        }
        if (_decoder.HasFeatures) TakeEvent(record, features, outputs);
        else TakeLabel(record, outputs);
    }

    /// <summary>A late label from a topic of its own. What it brings about stands at the last event's record, since audit records name one partition.</summary>
    private void TakeInFromLabelTopic(in SourceRecord record, OutputBatch outputs)
    {
        if (_schema is null) throw new InvalidOperationException("A label topic needs a declared schema.");
        if (_block.IsFull || _itemCount == _items.Length) Flush(outputs);
        NextLabelOffset = record.Offset + 1;
        string? notALabel = null;
        if (!_decoder.TryDecode(record, _block.BeginRow()) || (notALabel = _decoder.HasFeatures ? $"{record.Source}@{record.Offset}: it has features; records of the label topic have an id and a label. Send events to {_source.Topic}." : null) is not null)
        {
            ref BatchItem item = ref AddItem(BatchItem.Kind.DeadLetter, record, -1);
            (item.Reason, item.Error) = (notALabel is null ? _decoder.Reason : DeadLetterReason.NotALabel, notALabel ?? _decoder.Error);
            return;
        }
        Figures.Records++;
        AdvanceEventTime(record.Timestamp);
        TakeLabel(record with { Source = _source, Offset = Math.Max(0, NextOffset - 1) }, outputs);
    }

    /// <summary>Event time runs to this record's time, but not further ahead of its timestamp than allowed; what has waited too long expires.</summary>
    private void AdvanceEventTime(long timestamp)
    {
        long latest = EventTime.OfTimestamp(timestamp) + _setup.Labels.MaxSkew.Ticks;
        _eventTime = Math.Max(_eventTime, Math.Min(_decoder.Time, latest));
        _join!.ExpireBefore(_eventTime - _setup.Labels.MaxAge.Ticks);
    }

    private void TakeEvent(in SourceRecord record, Span<double> features, OutputBatch outputs)
    {
        Figures.Events++;
        LabelJoin join = _join!;
        JoinEntry? waiting = join.Find(_decoder.Id);
        bool isDuplicate = waiting is { IsEvent: true };
        int label = isDuplicate ? InstanceBlock.NoLabel : _decoder.Label;
        if (isDuplicate)
        {
            Figures.Duplicates++;
        }
        else if (waiting is not null)
        {
            // The event's own label wins over one that waits for it.
            if (label == InstanceBlock.NoLabel)
            {
                label = waiting.Class;
                Figures.Joined++;
            }
            else
            {
                Figures.Duplicates++;
            }
            join.Remove(waiting);
        }
        if (label != InstanceBlock.NoLabel) Figures.Labelled++;
        if (label == EventDecoder.NewLabel)
        {
            TakeEventOfNewClass(record, features, outputs);
            return;
        }
        JoinEntry? entry = label == InstanceBlock.NoLabel && !isDuplicate ? join.AddEvent(_decoder.Id, _eventTime, features) : null;
        AddEventRow(record, features, label, label, entry);
    }

    /// <summary>An event whose class nobody knew: predicted without the class, then learned with it.</summary>
    private void TakeEventOfNewClass(in SourceRecord record, Span<double> features, OutputBatch outputs)
    {
        if (_block.Count > 0) Flush(outputs);
        AddEventRow(record, features, InstanceBlock.NoLabel, Schema!.ClassCount, null);
        Flush(outputs);
        int label = _decoder.AddNewLabel();
        _block.AddLate(features, label, _predictions.Contexts[.._block.ContextLength]);
        AddItem(BatchItem.Kind.Learned, record, 0);
    }

    private void AddEventRow(in SourceRecord record, Span<double> features, int label, int scoredLabel, JoinEntry? entry)
    {
        Span<double> row = _block.BeginRow();
        if (row != features) features.CopyTo(row);
        _block.EndRow(label);
        ref BatchItem item = ref AddItem(BatchItem.Kind.Event, record, _block.Count - 1);
        (item.Label, item.Entry, item.EntrySerial) = (scoredLabel, entry, entry?.Serial ?? 0);
        ReadOnlySpan<byte> id = _decoder.Id;
        item.Key = record.Key ?? (_decoder.HasOwnId ? id.ToArray() : null);
        KeepId(ref item, id);
    }

    private void TakeLabel(in SourceRecord record, OutputBatch outputs)
    {
        Figures.Labels++;
        JoinEntry? waiting = _join!.Find(_decoder.Id);
        if (waiting is { IsEvent: false })
        {
            Figures.Duplicates++;
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
            _join.AddLabel(_decoder.Id, _eventTime, label);
            return;
        }
        if (waiting.IsPending) Flush(outputs);
        Figures.Joined++;
        _block.AddLate(_join.Features(waiting), label, _join.Context(waiting));
        ref BatchItem item = ref AddItem(BatchItem.Kind.Late, record, _block.Count - 1);
        (item.Label, item.Kept, item.KeptConfidence) = (label, waiting.Class, waiting.Confidence);
        _join.Remove(waiting);
    }
}
