namespace StreamMoe.Experts.Neural;

// For experts that predict a row and learn it at once: the way forward is made once for both.
public sealed unsafe partial class MlpStack
{
    /// <summary>Evaluates one row as <see cref="Forward"/> does, and keeps what <see cref="TrainEvaluated"/> needs. Not for stacks with dropout.</summary>
    internal void Evaluate(int member, ReadOnlySpan<float> x, Span<float> logits)
    {
        MlpMember net = Member(member);
        CheckLength(x.Length, 1, Inputs, nameof(x));
        CheckLength(logits.Length, 1, Outputs, nameof(logits));
        MlpWorkspace workspace = Trainer.Workspace;
        fixed (float* inputs = x) workspace.Forward(_kernels, net, inputs, 1, DropoutMask.None);
        workspace.CopyLogits(1, logits);
    }

    /// <summary>Makes the step of <see cref="TrainSoftmax(int, int, ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float}, double)"/>
    /// on the one row that was just evaluated, to the bit; nothing may have been trained or reshaped in between.</summary>
    internal void TrainEvaluated(int member, ReadOnlySpan<float> x, int label, float weight)
    {
        MlpMember net = Member(member);
        if (CheckRows([label], [weight]) == 0) return;
        MlpTrainer trainer = Trainer;
        trainer.BeginStep(net, Options, 1);
        MlpLoss.Softmax(_kernels, trainer.Workspace.Logits, trainer.LogitDeltas, 1, Outputs, [label], [weight], 1);
        fixed (float* inputs = x) trainer.Backward(net, inputs, 1, TrainingRun.Only, DropoutMask.None);
        net.TrainedRows++;
    }

    /// <summary>Gives every member outputs up to a number, behind the others, with weights, biases and moments 0.</summary>
    internal void GrowOutputs(int outputs)
    {
        if (outputs > Outputs) Reshape(outputs, removed: Outputs);
    }
}
