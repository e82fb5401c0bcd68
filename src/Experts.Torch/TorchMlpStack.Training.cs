using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

internal sealed partial class TorchMlpStack
{
    /// <inheritdoc/>
    public double TrainBinary(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> targets)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(targets.Length, rows, Outputs, nameof(targets));
        if (rows == 0) return 0;
        using DisposeScope scope = torch.NewDisposeScope();
        TorchPass pass = Pass(member, rows, x, targets, Masks(member));
        torch.Tensor t = _buffer.Part(x.Length, targets.Length).view(rows, Outputs);
        torch.Tensor loss = torch.nn.functional.binary_cross_entropy_with_logits(pass.Logits, t);
        using Scalar scale = (float)(1.0 / ((double)rows * Outputs));
        torch.Tensor delta = pass.Logits.sigmoid();
        delta.sub_(t);
        delta.mul_(scale);
        Step(member, rows, pass, delta);
        return Value(loss);
    }

    /// <inheritdoc/>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Labels(labels, rows, Outputs);
        if (rows == 0) return 0;
        float[] classes = new float[rows];
        for (int row = 0; row < rows; row++) classes[row] = labels[row];
        using DisposeScope scope = torch.NewDisposeScope();
        TorchPass pass = Pass(member, rows, x, classes, Masks(member));
        torch.Tensor index = _buffer.Part(x.Length, rows).to(torch.ScalarType.Int64).view(rows, 1);
        torch.Tensor logs = pass.Logits.log_softmax(1);
        torch.Tensor loss = logs.gather(1, index).mean().neg();
        using Scalar scale = 1f / rows;
        torch.Tensor delta = logs.exp();
        delta.scatter_add_(1, index, torch.ones(rows, 1, dtype: torch.ScalarType.Float32, device: _device).neg());
        delta.mul_(scale);
        Step(member, rows, pass, delta);
        return Value(loss);
    }

    /// <inheritdoc/>
    public void Descend(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> gradients, bool evaluated)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(gradients.Length, rows, Outputs, nameof(gradients));
        using DisposeScope scope = torch.NewDisposeScope();
        TorchPass pass = Pass(member, rows, x, gradients, DropoutMask.None);
        Step(member, rows, pass, _buffer.Part(x.Length, gradients.Length).view(rows, Outputs));
    }

    /// <inheritdoc/>
    public void UpdateAverage(int target, int source, double rate)
    {
        MlpChecks.Rate(rate);
        MlpChecks.Member(target, Count);
        MlpChecks.Member(source, Count);
        if (rate != _rateValue)
        {
            _rate?.Dispose();
            _rate = torch.tensor((float)rate, device: _device).DetachFromDisposeScope();
            _rateValue = rate;
        }
        using DisposeScope scope = torch.NewDisposeScope();
        _nets.Range(target).Weights.lerp_(_nets.Range(source).Weights, _rate!);
    }

    private void Step(int member, int rows, TorchPass pass, torch.Tensor delta)
    {
        MlpCounts counts = _counts[member];
        counts.BeginStep(Options);
        pass.Back(delta);
        _adam.Step(_nets.Range(member), counts);
        counts.TrainedRows += rows;
    }

    private DropoutMask Masks(int member) => DropoutMask.ForTraining(Options, _counts[member].DropoutSeed, _counts[member].TrainedRows);

    private static double Value(torch.Tensor number)
    {
        Span<float> one = stackalloc float[1];
        TorchBuffer.Read(number, one);
        return one[0];
    }
}
