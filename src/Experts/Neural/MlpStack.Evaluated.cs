using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

// For experts that predict a row, keep its probabilities and learn it later: they know the gradient by the logits already, and
// mostly the way forward has just been made.
internal sealed unsafe partial class MlpStack
{
    private const float SmallestGradient = 1e-20f;

    // A field, for a fresh mask would be zeroed with half-dirtied vector registers, which costs more than a linear net's product.
    private static readonly DropoutMask s_noDropout = DropoutMask.None;

    /// <summary>Most rows that <see cref="Descend"/> takes.</summary>
    internal const int MostRows = MlpWorkspace.Rows;

    /// <inheritdoc/>
    public void Evaluate(int member, ReadOnlySpan<float> x, Span<float> logits)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, 1, Inputs, nameof(x));
        MlpChecks.Length(logits.Length, 1, Outputs, nameof(logits));
        MlpWorkspace workspace = Trainer.Workspace;
        fixed (float* inputs = x) workspace.Forward(_kernels, net, inputs, 1, s_noDropout);
        workspace.CopyLogits(1, logits);
    }

    /// <inheritdoc/>
    public void Descend(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> gradients, bool evaluated)
    {
        MlpMember net = Member(member);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(gradients.Length, rows, Outputs, nameof(gradients));
        MlpTrainer trainer = Trainer;
        trainer.BeginStep(net, Options, rows);
        SetLogitDeltas(trainer.LogitDeltas, rows, gradients);
        fixed (float* inputs = x)
        {
            if (!evaluated) trainer.Workspace.Forward(_kernels, net, inputs, rows, s_noDropout);
            trainer.Backward(net, inputs, rows, TrainingRun.Only, s_noDropout);
        }
        net.Counts.TrainedRows += rows;
    }

    // Gradients that would make denormals on their way back count as 0; the padding must be 0.
    private void SetLogitDeltas(float* deltas, int rows, ReadOnlySpan<float> gradients)
    {
        new Span<float>(deltas, rows * KernelWidths.Pad(Outputs)).Clear();
        for (int row = 0; row < rows; row++)
        {
            for (int first = 0; first < Outputs; first += MlpKernels.Panel)
            {
                float* to = deltas + MlpShape.Panelled(row, first, rows, Outputs);
                ReadOnlySpan<float> from = gradients.Slice(row * Outputs + first, Math.Min(MlpKernels.Panel, Outputs - first));
                for (int i = 0; i < from.Length; i++) to[i] = MathF.Abs(from[i]) < SmallestGradient ? 0 : from[i];
            }
        }
    }
}
