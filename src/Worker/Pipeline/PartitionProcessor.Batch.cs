using StreamMoe.DriftMoe;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Records;
using StreamMoe.Streams;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The batch in hand: its rows are predicted and learned at once, then everything is put out in the order of the records.</summary>
internal sealed partial class PartitionProcessor
{
    private const long LearnedBetweenSizes = 1000;

    private readonly BatchItem[] _items;
    private int _itemCount;
    private long _sizedAt;
    private byte[] _ids = new byte[4096];
    private int _idBytes;

    private ref BatchItem AddItem(BatchItem.Kind what, in SourceRecord record, int row)
    {
        ref BatchItem item = ref _items[_itemCount++];
        item = default;
        (item.What, item.Row, item.Record, item.Offset, item.Time, item.Label) = (what, row, record, record.Offset, _decoder.Time, InstanceBlock.NoLabel);
        return ref item;
    }

    private void KeepId(ref BatchItem item, ReadOnlySpan<byte> id)
    {
        if (_ids.Length - _idBytes < id.Length) Array.Resize(ref _ids, 2 * _ids.Length);
        id.CopyTo(_ids.AsSpan(_idBytes));
        (item.IdFrom, item.IdLength) = (_idBytes, id.Length);
        _idBytes += id.Length;
    }

    private void Flush(OutputBatch outputs)
    {
        if (_itemCount == 0) return;
        long learned = _learner!.Learned;
        _predictions.Events.Clear();
        if (_block.Count > 0) _learner.Process(_block, _predictions);
        int happened = 0;
        foreach (ref BatchItem item in _items.AsSpan(0, _itemCount))
        {
            if (item.What == BatchItem.Kind.DeadLetter)
            {
                PutOutDeadLetter(item.Record, item.Reason, item.Error!, outputs);
                continue;
            }
            switch (item.What)
            {
                case BatchItem.Kind.Event: FinishEvent(item, learned, outputs); break;
                case BatchItem.Kind.Late: Score(item.Label, item.Kept, item.KeptConfidence); break;
            }
            if (_block.Labels[item.Row] != InstanceBlock.NoLabel) learned++;
            for (; happened < _predictions.Events.Count && _predictions.Events[happened].Row <= item.Row; happened++)
            {
                PoolEvent poolEvent = _predictions.Events[happened];
                Figures.Pool[(int)poolEvent.Kind]++;
                Figures.Signals.Add(poolEvent);
                if (item.Offset >= SilentBelow) _audit.Write(outputs, item.Time, item.Offset, poolEvent);
            }
        }
        ClearBatch();
    }

    private void FinishEvent(in BatchItem item, long learned, OutputBatch outputs)
    {
        int row = item.Row;
        ReadOnlySpan<float> probabilities = _predictions.Probabilities(row);
        int prediction = PredictedClass(row, probabilities);
        Figures.Predictions++;
        float confidence = (uint)prediction < (uint)probabilities.Length ? probabilities[prediction] : float.NaN;
        if (!float.IsNaN(confidence)) _confidences.AddPrediction(confidence);
        if (item.Label >= 0) Score(item.Label, prediction, confidence);
        if (item.Entry is not null && item.Entry.Serial == item.EntrySerial)
            _join!.SetPrediction(item.Entry, prediction, confidence, _predictions.Contexts.Slice(row * _predictions.ContextLength, _predictions.ContextLength));
        if (item.Offset < SilentBelow) return;
        _writer!.Write(outputs, item.Key, _ids.AsSpan(item.IdFrom, item.IdLength), item.Time, item.Record,
            prediction, probabilities, _predictions.Experts[row], _predictions.Gates[row], learned);
    }

    /// <summary>The learner's class; when that has no name yet, the most probable one that has; −1 when no class is known.</summary>
    private int PredictedClass(int row, ReadOnlySpan<float> probabilities)
    {
        int predicted = _predictions.Classes[row];
        if ((uint)predicted < (uint)Schema!.ClassCount) return predicted;
        if (probabilities.IsEmpty) return -1;
        int best = 0;
        for (int c = 1; c < probabilities.Length; c++)
            if (probabilities[c] > probabilities[best]) best = c;
        return best;
    }

    private void Score(int label, int prediction, float confidence)
    {
        if (prediction < 0) return;
        Figures.Scored++;
        _total.Add(label, prediction);
        _window.Add(label, prediction);
        _confidences.AddResult(confidence, label == prediction);
    }

    private void ClearBatch()
    {
        _items.AsSpan(0, _itemCount).Clear();
        (_itemCount, _idBytes) = (0, 0);
        _block.Clear();
    }

    private void UpdateFigures()
    {
        PartitionFigures figures = Figures;
        figures.Held = _inference.Count;
        figures.NextOffset = NextOffset;
        figures.EventTimeTicks = _eventTime;
        if (_learner is null) return;
        if (_learner.Learned - _sizedAt >= LearnedBetweenSizes || figures.ModelBytes == 0) (figures.ModelBytes, _sizedAt) = (_learner.ByteSize, _learner.Learned);
        figures.Learned = _learner.Learned;
        figures.Experts = _learner.ExpertCount;
        figures.Classes = Schema!.ClassCount;
        (figures.Waiting, figures.WaitingBytes) = (_join!.Count, _join.ByteCount);
        (figures.Expired, figures.Orphans) = (_join.Expired, _join.Orphans);
        figures.WindowAccuracy = _window.Accuracy ?? double.NaN;
        figures.WindowKappa = _window.Kappa ?? double.NaN;
        figures.WindowKappaM = _window.KappaM ?? double.NaN;
        figures.WindowKappaT = _window.KappaT ?? double.NaN;
        figures.WindowMajority = _window.MajorityAccuracy ?? double.NaN;
        figures.WindowNoChange = _window.NoChangeAccuracy ?? double.NaN;
        figures.Accuracy = _total.Accuracy ?? double.NaN;
        figures.Kappa = _total.Kappa ?? double.NaN;
        figures.KappaM = _total.KappaM ?? double.NaN;
        figures.KappaT = _total.KappaT ?? double.NaN;
        figures.Majority = _total.MajorityAccuracy ?? double.NaN;
        figures.NoChange = _total.NoChangeAccuracy ?? double.NaN;
        figures.Confidence = _confidences.Confidence;
        figures.CalibrationError = _confidences.CalibrationError;
    }
}
