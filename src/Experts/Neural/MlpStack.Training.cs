namespace StreamMoe.Experts.Neural;

internal sealed unsafe partial class MlpStack
{
    private MlpTrainer Trainer => _trainer ??= new MlpTrainer(_kernels, _shape);

    /// <inheritdoc/>
    public double TrainBinary(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> targets, Span<float> logits = default)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(targets.Length, rows, Outputs, nameof(targets));
        if (!logits.IsEmpty) MlpChecks.Length(logits.Length, rows, Outputs, nameof(logits));
        if (rows == 0) return 0;
        MlpTrainer trainer = Trainer;
        DropoutMask mask = DropoutMask.ForTraining(Options, net.Counts.DropoutSeed, net.Counts.TrainedRows);
        double pairs = (double)rows * Outputs, loss = 0;
        trainer.BeginStep(net, Options, rows);
        fixed (float* inputs = x)
        {
            for (int first = 0; first < rows; first += MlpWorkspace.Rows)
            {
                int run = Math.Min(MlpWorkspace.Rows, rows - first);
                float* at = inputs + (long)first * Inputs;
                trainer.Workspace.Forward(_kernels, net, at, run, mask.Skip(first));
                if (!logits.IsEmpty) trainer.Workspace.CopyLogits(run, logits.Slice(first * Outputs, run * Outputs));
                loss = MlpLoss.Binary(_kernels, trainer.Workspace.Logits, trainer.LogitDeltas, run, Outputs, targets.Slice(first * Outputs, run * Outputs), (float)(1 / pairs), loss: loss);
                trainer.Backward(net, at, run, RunOf(first, run, rows), mask);
            }
        }
        net.Counts.TrainedRows += rows;
        return loss / pairs;
    }

    /// <inheritdoc/>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, Span<float> logits = default)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(labels.Length, rows, 1, nameof(labels));
        if (!logits.IsEmpty) MlpChecks.Length(logits.Length, rows, Outputs, nameof(logits));
        MlpChecks.Rows(labels, [], Outputs);
        if (rows == 0) return 0;
        Trainer.BeginStep(net, Options, rows);
        double loss = TrainAllRows(net, rows, x, labels, [], rows, logits);
        net.Counts.TrainedRows += rows;
        return loss / rows;
    }

    /// <inheritdoc/>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, double normaliser)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(labels.Length, rows, 1, nameof(labels));
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, rows, 1, nameof(weights));
        int active = MlpChecks.Rows(labels, weights, Outputs);
        if (active == 0) return 0;
        MlpChecks.Normaliser(normaliser);
        Trainer.BeginStep(net, Options, active);
        double loss = active == rows ? TrainAllRows(net, rows, x, labels, weights, normaliser, []) : TrainSomeRows(net, active, x, labels, weights, normaliser);
        net.Counts.TrainedRows += active;
        return loss / normaliser;
    }

    /// <inheritdoc/>
    public void TrainSoftmaxAll(int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, Span<double> losses)
    {
        MlpChecks.Length(losses.Length, 1, Count, nameof(losses));
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, Count, rows, nameof(weights));
        for (int member = 0; member < Count; member++)
        {
            ReadOnlySpan<float> own = weights.IsEmpty ? weights : weights.Slice(member * rows, rows);
            losses[member] = MlpChecks.Sum(own, rows) is > 0 and double sum ? TrainSoftmax(member, rows, x, labels, own, sum) : 0;
        }
    }

    private double TrainAllRows(MlpMember net, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, double normaliser, Span<float> logits)
    {
        double loss = 0;
        fixed (float* inputs = x)
        {
            for (int first = 0; first < rows; first += MlpWorkspace.Rows)
            {
                int run = Math.Min(MlpWorkspace.Rows, rows - first);
                loss += TrainRun(net, first, rows, inputs + (long)first * Inputs, labels.Slice(first, run), weights.IsEmpty ? weights : weights.Slice(first, run), normaliser);
                if (!logits.IsEmpty) Trainer.Workspace.CopyLogits(run, logits.Slice(first * Outputs, run * Outputs));
            }
        }
        return loss;
    }

    // The rows whose weight is not 0 are gathered into runs of their own.
    private double TrainSomeRows(MlpMember net, int active, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, double normaliser)
    {
        Span<int> runLabels = stackalloc int[MlpWorkspace.Rows];
        Span<float> runWeights = stackalloc float[MlpWorkspace.Rows];
        float* gathered = Trainer.Gathered;
        double loss = 0;
        for (int first = 0, row = 0; first < active; first += MlpWorkspace.Rows)
        {
            int run = Math.Min(MlpWorkspace.Rows, active - first);
            for (int i = 0; i < run; i++, row++)
            {
                while (weights[row] == 0) row++;
                x.Slice(row * Inputs, Inputs).CopyTo(new Span<float>(gathered + i * Inputs, Inputs));
                runLabels[i] = labels[row];
                runWeights[i] = weights[row];
            }
            loss += TrainRun(net, first, active, gathered, runLabels[..run], runWeights[..run], normaliser);
        }
        return loss;
    }

    private double TrainRun(MlpMember net, int first, int rows, float* x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, double normaliser)
    {
        MlpTrainer trainer = Trainer;
        DropoutMask mask = DropoutMask.ForTraining(Options, net.Counts.DropoutSeed, net.Counts.TrainedRows).Skip(first);
        trainer.Workspace.Forward(_kernels, net, x, labels.Length, mask);
        double loss = MlpLoss.Softmax(_kernels, trainer.Workspace.Logits, trainer.LogitDeltas, labels.Length, Outputs, labels, weights, 1 / normaliser);
        trainer.Backward(net, x, labels.Length, RunOf(first, labels.Length, rows), mask);
        return loss;
    }

    private static TrainingRun RunOf(int first, int run, int rows)
    {
        if (run == rows) return TrainingRun.Only;
        return first == 0 ? TrainingRun.First : first + run == rows ? TrainingRun.Last : TrainingRun.Middle;
    }
}
