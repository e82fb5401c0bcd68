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
    private readonly DecodedRecords _own = new();

    /// <summary>Reads a record and takes it in.</summary>
    public void TakeIn(SourceState source, in SourceRecord record)
    {
        _own.Clear(_block.AttributeCount);
        _own.Add(_decoder, record);
        TakeIn(source, record, _own, 0);
    }

    /// <summary>Takes a record in that was read before its turn; where that was not certain, it is read now.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="record">The record.</param>
    /// <param name="decoded">What was read.</param>
    /// <param name="at">Where in it.</param>
    public void TakeIn(SourceState source, in SourceRecord record, DecodedRecords decoded, int at)
    {
        if (_block.IsFull || batch.Batch.IsFull) Flush();
        ref readonly DecodedRecord read = ref decoded[at];
        switch (read.Outcome)
        {
            case DecodeOutcome.Unread:
                TakeIn(source, record);
                return;
            case DecodeOutcome.PassedOver:
                figures.PassedOver++;
                return;
            case DecodeOutcome.Bad:
                Refuse(source, record, read.Time, read.Reason, read.Error!);
                return;
        }
        if (source.Order.Kind == SourceKind.Labels && read.HasFeatures)
        {
            Refuse(source, record, read.Time, DeadLetterReason.NotALabel, $"{record.Source}@{record.Offset}: it has features; records of the label topic have an id and a label. Send events to {sourceOf(source.Order.Partition).Partition.Topic}.");
            return;
        }
        figures.Records++;
        source.Figures.Records++;
        figures.IgnoredFeatures += read.IgnoredFeatures;
        if (read.FaultCount > 0) figures.Features.Add(decoded.FaultsOf(at), parts.Schema.AttributeCount);
        bool isIgnored = read.FeatureCount > 0 && read.IgnoredFeatures == read.FeatureCount;
        if (isIgnored) figures.IgnoredEvents++;
        if (isIgnored || read.FaultCount > 0) source.Figures.LastUnfit = record.Offset;
        AdvanceEventTime(record, read.Time);
        Span<double> features = decoded.FeaturesOf(at);
        if (read.HasNewValues)
        {
            Flush();
            _decoder.AddNewValues(features);
        }
        if (read.HasFeatures) TakeEvent(source, record, read, decoded.IdOf(at), features);
        else TakeLabel(source, record, read, decoded.IdOf(at));
    }

    /// <summary>Lets what came before a time expire.</summary>
    public void ExpireBefore(long eventTime) => _join.ExpireBefore(eventTime);

    private void Flush() => batch.Flush(parts, figures);

    private void Refuse(SourceState source, in SourceRecord record, long time, DeadLetterReason reason, string error)
    {
        ref BatchItem item = ref batch.Batch.Add(BatchItem.Kind.DeadLetter, source, record, time, -1);
        (item.Reason, item.Error) = (reason, error);
    }

    /// <summary>Event time runs to this record's time, but not further ahead of its timestamp than allowed; what has waited too long expires.</summary>
    private void AdvanceEventTime(in SourceRecord record, long time)
    {
        time = Math.Min(time, EventTime.OfTimestamp(record.Timestamp) + labels.MaxSkew.Ticks);
        long jumps = clock.Jumps;
        if (clock.Advance(time)) _join.ClampTo(clock.Now);
        if (clock.Jumps > jumps) figures.LastJump = new TimeJump(record.Source, record.Offset, time, clock.Now);
        _join.ExpireBefore(clock.Now - labels.MaxAge.Ticks);
    }

    private void TakeEvent(SourceState source, in SourceRecord record, in DecodedRecord read, ReadOnlySpan<byte> id, ReadOnlySpan<double> features)
    {
        figures.Events++;
        source.Figures.Events++;
        JoinEntry? waiting = _join.Find(id);
        bool isDuplicate = waiting is { IsEvent: true };
        int label = isDuplicate ? InstanceBlock.NoLabel : read.Label;
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
            TakeEventOfNewClass(source, record, read, id, features);
            return;
        }
        JoinEntry? entry = label == InstanceBlock.NoLabel && !isDuplicate ? _join.AddEvent(id, clock.Now, features, source.Order.Partition) : null;
        AddEventRow(source, record, read, id, features, label, label, entry);
    }

    /// <summary>An event whose class nobody knew: predicted without the class, then learned with it.</summary>
    private void TakeEventOfNewClass(SourceState source, in SourceRecord record, in DecodedRecord read, ReadOnlySpan<byte> id, ReadOnlySpan<double> features)
    {
        if (_block.Count > 0) Flush();
        AddEventRow(source, record, read, id, features, InstanceBlock.NoLabel, parts.Schema.ClassCount, null);
        Flush();
        int label = _decoder.AddNewLabel();
        _block.AddLate(features, label, batch.LastContexts[.._block.ContextLength]);
        batch.Batch.Add(BatchItem.Kind.Learned, source, record, read.Time, 0).Number = figures.Records - 1;
    }

    private void AddEventRow(SourceState source, in SourceRecord record, in DecodedRecord read, ReadOnlySpan<byte> id, ReadOnlySpan<double> features, int label, int scoredLabel,
        JoinEntry? entry)
    {
        _block.Add(features, label);
        ref BatchItem item = ref batch.Batch.Add(BatchItem.Kind.Event, source, record, read.Time, _block.Count - 1);
        (item.Label, item.Entry, item.EntrySerial, item.HasOwnId, item.Number) = (scoredLabel, entry, entry?.Serial ?? 0, read.HasOwnId, figures.Records - 1);
        batch.Batch.KeepId(ref item, id);
    }

    private void TakeLabel(SourceState source, in SourceRecord record, in DecodedRecord read, ReadOnlySpan<byte> id)
    {
        figures.Labels++;
        JoinEntry? waiting = _join.Find(id);
        if (waiting is { IsEvent: false })
        {
            figures.Duplicates++;
            return;
        }
        int label = read.Label;
        if (label == EventDecoder.NewLabel)
        {
            Flush();
            label = _decoder.AddNewLabel();
        }
        if (waiting is null)
        {
            _join.AddLabel(id, clock.Now, label);
            return;
        }
        if (waiting.IsPending) Flush();
        figures.Joined++;
        _block.AddLate(_join.Features(waiting), label, _join.Context(waiting));
        ref BatchItem item = ref batch.Batch.Add(BatchItem.Kind.Late, source, record, read.Time, _block.Count - 1);
        (item.Label, item.Kept, item.KeptConfidence, item.Scored, item.Number) = (label, waiting.Class, waiting.Confidence, sourceOf(waiting.Partition), figures.Records - 1);
        _join.Remove(waiting);
    }
}
