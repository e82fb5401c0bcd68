using StreamMoe.DriftMoe;
using StreamMoe.Streams;
using StreamMoe.Worker.Figures;

namespace StreamMoe.Worker.Pipeline;

/// <summary>The batch in hand: its rows are predicted and learned at once and scored in the order of the records; then it goes where outputs are made.</summary>
/// <param name="capacity">Records at most, ≥ 1.</param>
/// <param name="scores">Scores predictions.</param>
internal sealed class BatchInHand(int capacity, Scores scores)
{
    private int _classesTold;

    /// <value>What the records brought.</value>
    public LearnedBatch Batch { get; private set; } = new(capacity);

    /// <value>Where learned batches go; to be set before records are taken in.</value>
    public ILearnedTarget? Target { get; set; }

    /// <value>True while what happens is learned without outputs: it was put out before.</value>
    public bool Silent { get; set; }

    /// <value>What the learner wants back of the rows that were learned last; valid until the next ones are.</value>
    public ReadOnlySpan<double> LastContexts => _last is null ? default : _last.Contexts;

    private Predictions? _last;

    /// <summary>Predicts and learns the rows, and lets go of the batch.</summary>
    /// <param name="parts">The learner; null while there is none, and then there are only dead letters.</param>
    /// <param name="figures">Counted in.</param>
    public void Flush(LearnerParts? parts, PartitionFigures figures)
    {
        if (Batch.Count == 0) return;
        if (parts is not null) Learn(parts, figures);
        else
            foreach (ref readonly BatchItem item in Batch.Items) CountDeadLetter(item, figures);
        if (Silent)
        {
            Batch.Clear();
            return;
        }
        for (; parts is not null && _classesTold < parts.Schema.ClassCount; _classesTold++) Batch.NewClasses.Add(parts.Schema.ClassName(_classesTold));
        Batch = Target!.Put(Batch);
    }

    private void Learn(LearnerParts parts, PartitionFigures figures)
    {
        Predictions predictions = _last = Batch.Predictions ??= parts.MakePredictions();
        long learned = parts.Learner.Learned;
        predictions.Events.Clear();
        if (parts.Block.Count > 0) parts.Learner.Process(parts.Block, predictions);
        int happened = 0;
        foreach (ref BatchItem item in Batch.Items)
        {
            switch (item.What)
            {
                case BatchItem.Kind.DeadLetter: CountDeadLetter(item, figures); continue;
                case BatchItem.Kind.Inferred: continue;
                case BatchItem.Kind.Event: FinishEvent(ref item, parts, predictions, figures, learned); break;
                case BatchItem.Kind.Late: scores.Score(item.Label, item.Kept, item.KeptConfidence, item.Scored!.Figures, figures); break;
            }
            if (parts.Block.Labels[item.Row] != InstanceBlock.NoLabel) learned++;
            for (; happened < predictions.Events.Count && predictions.Events[happened].Row <= item.Row; happened++)
            {
                figures.Pool[(int)predictions.Events[happened].Kind]++;
                figures.Signals.Add(predictions.Events[happened]);
            }
        }
        parts.Block.Clear();
    }

    private static void CountDeadLetter(in BatchItem item, PartitionFigures figures)
    {
        figures.Records++;
        item.Source.Figures.Records++;
        figures.DeadLetters[(int)item.Reason]++;
        figures.DeadLetterExamples[(int)item.Reason] = item.Error;
    }

    private void FinishEvent(ref BatchItem item, LearnerParts parts, Predictions predictions, PartitionFigures figures, long learned)
    {
        int row = item.Row;
        ReadOnlySpan<float> probabilities = predictions.Probabilities(row);
        int prediction = PredictedClass(parts, predictions.Classes[row], probabilities);
        figures.Predictions++;
        float confidence = (uint)prediction < (uint)probabilities.Length ? probabilities[prediction] : float.NaN;
        scores.Predicted(confidence);
        if (item.Label >= 0) scores.Score(item.Label, prediction, confidence, item.Source.Figures, figures);
        if (item.Entry is not null && item.Entry.Serial == item.EntrySerial)
            parts.Join.SetPrediction(item.Entry, prediction, confidence, predictions.Contexts.Slice(row * predictions.ContextLength, predictions.ContextLength));
        (item.Prediction, item.Learned) = (prediction, learned);
    }

    /// <summary>The learner's class; when that has no name yet, the most probable one that has; −1 when no class is known.</summary>
    private static int PredictedClass(LearnerParts parts, int predicted, ReadOnlySpan<float> probabilities)
    {
        if ((uint)predicted < (uint)parts.Schema.ClassCount) return predicted;
        if (probabilities.IsEmpty) return -1;
        int best = 0;
        for (int c = 1; c < probabilities.Length; c++)
            if (probabilities[c] > probabilities[best]) best = c;
        return best;
    }
}
