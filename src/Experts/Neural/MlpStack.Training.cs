namespace StreamMoe.Experts.Neural;

public sealed unsafe partial class MlpStack
{
    private MlpTrainer Trainer => _trainer ??= new MlpTrainer(_kernels, _shape);

    /// <summary>Makes one Adam step of a member on the mean binary cross-entropy with logits over all rows × outputs pairs.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows; 0 = nothing happens.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features.</param>
    /// <param name="targets">Rows of <see cref="Outputs"/> targets, each in [0, 1].</param>
    /// <param name="logits">Receives the rows' logits before the step (without dropout, the bits that <see cref="Forward"/> gives), or is empty.</param>
    /// <returns>The mean loss before the step, in nats (with dropout, that of the nets trained); 0 without rows.</returns>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public double TrainBinary(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> targets, Span<float> logits = default)
    {
        MlpMember net = Member(member);
        CheckLength(x.Length, rows, Inputs, nameof(x));
        CheckLength(targets.Length, rows, Outputs, nameof(targets));
        if (!logits.IsEmpty) CheckLength(logits.Length, rows, Outputs, nameof(logits));
        if (rows == 0) return 0;
        MlpTrainer trainer = Trainer;
        DropoutMask mask = DropoutMask.ForTraining(Options, net.DropoutSeed, net.TrainedRows);
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
                loss += MlpLoss.Binary(_kernels, trainer.Workspace.Logits, trainer.LogitDeltas, run, Outputs, targets.Slice(first * Outputs, run * Outputs), (float)(1 / pairs));
                trainer.Backward(net, at, run, RunOf(first, run, rows), mask);
            }
        }
        net.TrainedRows += rows;
        return loss / pairs;
    }

    /// <summary>Makes one Adam step of a member on the mean soft-max cross-entropy over the rows.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows; 0 = nothing happens.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features.</param>
    /// <param name="labels">A class a row, in [0, <see cref="Outputs"/>).</param>
    /// <param name="logits">Receives the rows' logits before the step (without dropout, the bits that <see cref="Forward"/> gives), or is empty.</param>
    /// <returns>The mean loss before the step, in nats; 0 without rows.</returns>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member, or a label is out of range.</exception>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, Span<float> logits = default)
    {
        MlpMember net = Member(member);
        CheckLength(x.Length, rows, Inputs, nameof(x));
        CheckLength(labels.Length, rows, 1, nameof(labels));
        if (!logits.IsEmpty) CheckLength(logits.Length, rows, Outputs, nameof(logits));
        CheckRows(labels, []);
        if (rows == 0) return 0;
        Trainer.BeginStep(net, Options, rows);
        double loss = TrainAllRows(net, rows, x, labels, [], rows, logits);
        net.TrainedRows += rows;
        return loss / rows;
    }

    /// <summary>Makes one Adam step of a member on Σ weight·cross-entropy / normaliser over the rows.</summary>
    /// <param name="member">Number of the member.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="x">Rows of <see cref="Inputs"/> features.</param>
    /// <param name="labels">A class a row, in [0, <see cref="Outputs"/>); not looked at in rows of weight 0.</param>
    /// <param name="weights">A weight ≥ 0 a row, or empty = 1 each. A row of weight 0 is skipped: the step is the same, to the
    /// bit, as without it. If no row is left, nothing happens and the step is not counted.</param>
    /// <param name="normaliser">What the sum is divided by, &gt; 0: for the weighted mean, the sum of the weights.</param>
    /// <returns>The loss before the step, in nats; 0 if no row is left.</returns>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member, or a label, a weight or the normaliser is out of range.</exception>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, double normaliser)
    {
        MlpMember net = Member(member);
        CheckLength(x.Length, rows, Inputs, nameof(x));
        CheckLength(labels.Length, rows, 1, nameof(labels));
        if (!weights.IsEmpty) CheckLength(weights.Length, rows, 1, nameof(weights));
        int active = CheckRows(labels, weights);
        if (active == 0) return 0;
        if (!(normaliser > 0) || double.IsInfinity(normaliser))
            throw new ArgumentOutOfRangeException(nameof(normaliser), $"normaliser was {normaliser}; must be in (0, ∞).");
        Trainer.BeginStep(net, Options, active);
        double loss = active == rows ? TrainAllRows(net, rows, x, labels, weights, normaliser, []) : TrainSomeRows(net, active, x, labels, weights, normaliser);
        net.TrainedRows += active;
        return loss / normaliser;
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
        DropoutMask mask = DropoutMask.ForTraining(Options, net.DropoutSeed, net.TrainedRows).Skip(first);
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

    // Checks everything before anything changes; returns the number of rows whose weight is not 0.
    private int CheckRows(ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        int active = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (!weights.IsEmpty)
            {
                if (!(weights[row] >= 0) || float.IsInfinity(weights[row]))
                    throw new ArgumentOutOfRangeException(nameof(weights), $"weight of row {row} was {weights[row]}; must be in [0, ∞).");
                if (weights[row] == 0) continue;
            }
            if ((uint)labels[row] >= (uint)Outputs)
                throw new ArgumentOutOfRangeException(nameof(labels), $"label of row {row} was {labels[row]}; must be in [0, {Outputs}).");
            active++;
        }
        return active;
    }
}
