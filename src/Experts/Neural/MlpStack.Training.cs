namespace StreamMoe.Experts.Neural;

internal sealed unsafe partial class MlpStack
{
    private MlpTrainer Trainer => _trainer ??= new MlpTrainer(_kernels, _shape);

    /// <inheritdoc/>
    public double TrainBinary(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> targets)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(targets.Length, rows, Outputs, nameof(targets));
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
                loss = MlpLoss.Binary(_kernels, trainer.Workspace.Logits, trainer.LogitDeltas, run, Outputs, targets.Slice(first * Outputs, run * Outputs), (float)(1 / pairs), loss: loss);
                trainer.Backward(net, at, run, RunOf(first, run, rows), mask);
            }
        }
        net.Counts.TrainedRows += rows;
        return loss / pairs;
    }

    /// <inheritdoc/>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Labels(labels, rows, Outputs);
        if (rows == 0) return 0;
        MlpTrainer trainer = Trainer;
        DropoutMask mask = DropoutMask.ForTraining(Options, net.Counts.DropoutSeed, net.Counts.TrainedRows);
        double loss = 0;
        trainer.BeginStep(net, Options, rows);
        fixed (float* inputs = x)
        {
            for (int first = 0; first < rows; first += MlpWorkspace.Rows)
            {
                int run = Math.Min(MlpWorkspace.Rows, rows - first);
                float* at = inputs + (long)first * Inputs;
                DropoutMask own = mask.Skip(first);
                trainer.Workspace.Forward(_kernels, net, at, run, own);
                loss += MlpLoss.Softmax(_kernels, trainer.Workspace.Logits, trainer.LogitDeltas, run, Outputs, labels.Slice(first, run), (float)(1.0 / rows));
                trainer.Backward(net, at, run, RunOf(first, run, rows), own);
            }
        }
        net.Counts.TrainedRows += rows;
        return loss / rows;
    }

    private static TrainingRun RunOf(int first, int run, int rows)
    {
        if (run == rows) return TrainingRun.Only;
        return first == 0 ? TrainingRun.First : first + run == rows ? TrainingRun.Last : TrainingRun.Middle;
    }
}
