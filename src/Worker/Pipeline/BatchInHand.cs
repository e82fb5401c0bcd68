using StreamMoe.DriftMoe;
using StreamMoe.Streams;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The batch in hand: its rows are predicted and learned at once, then everything is put out in the order of the records.</summary>
/// <param name="capacity">Records at most, ≥ 1.</param>
/// <param name="audit">Writes what happens to the pool.</param>
/// <param name="scores">Scores predictions.</param>
internal sealed class BatchInHand(int capacity, AuditWriter audit, Scores scores)
{
    private readonly BatchItem[] _items = new BatchItem[capacity];
    private int _count;
    private byte[] _ids = new byte[4096];
    private int _idBytes;

    /// <value>True when no record may be added.</value>
    public bool IsFull => _count == _items.Length;

    /// <value>True while what happens is learned without outputs: it was put out before.</value>
    public bool Silent { get; set; }

    /// <value>Longest value of a dead letter in bytes.</value>
    public int MaxDeadLetterBytes { get; init; } = 900_000;

    /// <summary>Adds what a record brings.</summary>
    /// <param name="what">What is to be done.</param>
    /// <param name="source">Its source.</param>
    /// <param name="record">The record.</param>
    /// <param name="time">Its time.</param>
    /// <param name="row">Its row; −1 for none.</param>
    /// <returns>The item, valid until the next call.</returns>
    public ref BatchItem Add(BatchItem.Kind what, SourceState source, in SourceRecord record, long time, int row)
    {
        ref BatchItem item = ref _items[_count++];
        item = default;
        (item.What, item.Source, item.Row, item.Record, item.Time, item.Label) = (what, source, row, record, time, InstanceBlock.NoLabel);
        return ref item;
    }

    /// <summary>Keeps the id of an item until it is put out.</summary>
    public void KeepId(ref BatchItem item, ReadOnlySpan<byte> id)
    {
        if (_ids.Length - _idBytes < id.Length) Array.Resize(ref _ids, 2 * _ids.Length);
        id.CopyTo(_ids.AsSpan(_idBytes));
        (item.IdFrom, item.IdLength) = (_idBytes, id.Length);
        _idBytes += id.Length;
    }

    /// <summary>Predicts and learns the rows, and puts out what the records brought.</summary>
    /// <param name="parts">The learner; null while there is none, and then there are only dead letters.</param>
    /// <param name="figures">Counted in.</param>
    /// <param name="outputs">Where to.</param>
    public void Flush(LearnerParts? parts, PartitionFigures figures, OutputBatch outputs)
    {
        if (_count == 0) return;
        long learned = parts?.Learner.Learned ?? 0;
        parts?.Predictions.Events.Clear();
        if (parts?.Block.Count > 0) parts.Learner.Process(parts.Block, parts.Predictions);
        int happened = 0;
        foreach (ref BatchItem item in _items.AsSpan(0, _count))
        {
            switch (item.What)
            {
                case BatchItem.Kind.DeadLetter: PutOutDeadLetter(item, figures, outputs); continue;
                case BatchItem.Kind.Event: FinishEvent(item, parts!, figures, learned, outputs); break;
                case BatchItem.Kind.Late: scores.Score(item.Label, item.Kept, item.KeptConfidence, item.Scored!.Figures, figures); break;
            }
            if (parts!.Block.Labels[item.Row] != InstanceBlock.NoLabel) learned++;
            for (; happened < parts.Predictions.Events.Count && parts.Predictions.Events[happened].Row <= item.Row; happened++)
            {
                PoolEvent poolEvent = parts.Predictions.Events[happened];
                figures.Pool[(int)poolEvent.Kind]++;
                figures.Signals.Add(poolEvent);
                if (!Silent) audit.Write(outputs, item.Time, item.Record, poolEvent);
            }
        }
        Clear(parts);
    }

    /// <summary>Forgets what is in hand.</summary>
    public void Clear(LearnerParts? parts)
    {
        _items.AsSpan(0, _count).Clear();
        (_count, _idBytes) = (0, 0);
        parts?.Block.Clear();
    }

    private void PutOutDeadLetter(in BatchItem item, PartitionFigures figures, OutputBatch outputs)
    {
        figures.Records++;
        item.Source.Figures.Records++;
        figures.DeadLetters[(int)item.Reason]++;
        if (!Silent) DeadLetterWriter.Write(outputs, item.Record, item.Reason, item.Error!, MaxDeadLetterBytes);
    }

    private void FinishEvent(in BatchItem item, LearnerParts parts, PartitionFigures figures, long learned, OutputBatch outputs)
    {
        int row = item.Row;
        Predictions predictions = parts.Predictions;
        ReadOnlySpan<float> probabilities = predictions.Probabilities(row);
        int prediction = PredictedClass(parts, row, probabilities);
        figures.Predictions++;
        float confidence = (uint)prediction < (uint)probabilities.Length ? probabilities[prediction] : float.NaN;
        scores.Predicted(confidence);
        if (item.Label >= 0) scores.Score(item.Label, prediction, confidence, item.Source.Figures, figures);
        if (item.Entry is not null && item.Entry.Serial == item.EntrySerial)
            parts.Join.SetPrediction(item.Entry, prediction, confidence, predictions.Contexts.Slice(row * predictions.ContextLength, predictions.ContextLength));
        if (Silent) return;
        parts.Writer.Write(outputs, item.Key, _ids.AsSpan(item.IdFrom, item.IdLength), item.Time, item.Record,
            prediction, probabilities, predictions.Experts[row], predictions.Gates[row], learned);
    }

    /// <summary>The learner's class; when that has no name yet, the most probable one that has; −1 when no class is known.</summary>
    private static int PredictedClass(LearnerParts parts, int row, ReadOnlySpan<float> probabilities)
    {
        int predicted = parts.Predictions.Classes[row];
        if ((uint)predicted < (uint)parts.Schema.ClassCount) return predicted;
        if (probabilities.IsEmpty) return -1;
        int best = 0;
        for (int c = 1; c < probabilities.Length; c++)
            if (probabilities[c] > probabilities[best]) best = c;
        return best;
    }
}
