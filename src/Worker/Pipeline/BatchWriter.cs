using System.Globalization;
using System.Text;
using StreamMoe.DriftMoe;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Makes outputs of learned batches: predictions, audit records and dead letters, in the order of the records.</summary>
/// <remarks>Takes the batches in their order; one thread at a time.</remarks>
internal sealed class BatchWriter : ILearnedTarget
{
    private readonly AuditWriter _audit;
    private readonly PredictionWriter _predictions;
    private readonly int _maxDeadLetterBytes;
    private OutputBatch _outputs = new();

    /// <param name="learner">The learner; its topic and number are the key of audit records.</param>
    /// <param name="maxDeadLetterBytes">Longest value of a dead letter in bytes, ≥ 0; a longer one is cut.</param>
    /// <param name="passed">The headers that go to predictions.</param>
    public BatchWriter(LearnerId learner, int maxDeadLetterBytes, PassedHeaders passed)
    {
        JsonOutput json = new();
        _audit = new AuditWriter(string.Create(CultureInfo.InvariantCulture, $"{learner.Topic}-{learner.Learner}"), json);
        (_predictions, _maxDeadLetterBytes) = (new PredictionWriter(json, passed), maxDeadLetterBytes);
    }

    /// <summary>This writer as a target that writes at once.</summary>
    /// <param name="outputs">Where to.</param>
    public ILearnedTarget Into(OutputBatch outputs)
    {
        _outputs = outputs;
        return this;
    }

    /// <inheritdoc/>
    public LearnedBatch Put(LearnedBatch batch)
    {
        Write(batch, _outputs);
        batch.Clear();
        return batch;
    }

    /// <summary>Writes what a batch puts out.</summary>
    public void Write(LearnedBatch batch, OutputBatch outputs)
    {
        foreach (string name in batch.NewClasses) _predictions.AddClass(name);
        int happened = 0;
        foreach (ref BatchItem item in batch.Items)
        {
            outputs.Number = item.Number;
            switch (item.What)
            {
                case BatchItem.Kind.DeadLetter:
                    DeadLetterWriter.Write(outputs, item.Record, item.Reason, item.Error!, _maxDeadLetterBytes);
                    continue;
                case BatchItem.Kind.Inferred:
                    _audit.Write(outputs, item.Time, item.Record, item.Inferred!);
                    continue;
                case BatchItem.Kind.Event:
                    WritePrediction(batch, item, outputs);
                    break;
            }
            List<PoolEvent> events = batch.Predictions!.Events;
            for (; happened < events.Count && events[happened].Row <= item.Row; happened++) _audit.Write(outputs, item.Time, item.Record, events[happened]);
        }
    }

    private void WritePrediction(LearnedBatch batch, in BatchItem item, OutputBatch outputs)
    {
        Predictions predictions = batch.Predictions!;
        ReadOnlySpan<byte> id = batch.IdOf(item);
        byte[]? key = item.Record.Key ?? (item.HasOwnId ? id.ToArray() : null);
        _predictions.Write(outputs, key, id, item.Time, item.Record, item.Prediction, predictions.Probabilities(item.Row), predictions.Experts[item.Row], predictions.Gates[item.Row], item.Learned);
    }
}
