using System.Runtime.InteropServices;
using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

public sealed partial class TorchMlpStack
{
    /// <inheritdoc/>
    public double TrainBinary(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> targets, Span<float> logits = default)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(targets.Length, rows, Outputs, nameof(targets));
        if (!logits.IsEmpty) MlpChecks.Length(logits.Length, rows, Outputs, nameof(logits));
        if (rows == 0) return 0;
        using DisposeScope scope = torch.NewDisposeScope();
        TorchPass pass = Pass(member, 1, rows, x, targets, Masks(member));
        torch.Tensor z = pass.Logits, t = _buffer.Part(x.Length, targets.Length).view(1, rows, Outputs);
        torch.Tensor loss = torch.nn.functional.binary_cross_entropy_with_logits(z, t);
        using Scalar scale = (float)(1.0 / ((double)rows * Outputs));
        torch.Tensor delta = z.sigmoid();
        delta.sub_(t);
        delta.mul_(scale);
        Step(member, 1, rows, pass, delta);
        return LossAndLogits(loss, z, logits);
    }

    /// <inheritdoc/>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, Span<float> logits = default)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(labels.Length, rows, 1, nameof(labels));
        if (!logits.IsEmpty) MlpChecks.Length(logits.Length, rows, Outputs, nameof(logits));
        MlpChecks.Rows(labels, [], Outputs);
        if (rows == 0) return 0;
        Span<double> loss = stackalloc double[1];
        StepSoftmax(member, 1, rows, x, labels, Shares(rows), logits, loss);
        return loss[0];
    }

    /// <inheritdoc/>
    public double TrainSoftmax(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, double normaliser)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(labels.Length, rows, 1, nameof(labels));
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, rows, 1, nameof(weights));
        int active = MlpChecks.Rows(labels, weights, Outputs);
        if (active == 0) return 0;
        MlpChecks.Normaliser(normaliser);
        float[] keptX = new float[active * Inputs], shares = new float[active];
        int[] keptLabels = new int[active];
        for (int row = 0, kept = 0; row < rows; row++)
        {
            float weight = weights.IsEmpty ? 1 : weights[row];
            if (weight == 0) continue;
            x.Slice(row * Inputs, Inputs).CopyTo(keptX.AsSpan(kept * Inputs));
            shares[kept] = (float)(weight / normaliser);
            keptLabels[kept++] = labels[row];
        }
        Span<double> loss = stackalloc double[1];
        StepSoftmax(member, 1, active, keptX, keptLabels, shares, [], loss);
        return loss[0];
    }

    /// <inheritdoc/>
    public void TrainSoftmaxAll(int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, Span<double> losses)
    {
        MlpChecks.Length(losses.Length, 1, Count, nameof(losses));
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(labels.Length, rows, 1, nameof(labels));
        if (!weights.IsEmpty) MlpChecks.Length(weights.Length, Count, rows, nameof(weights));
        if (rows == 0 || Count == 0)
        {
            losses.Clear();
            return;
        }
        if (IsOneBatch(rows, labels, weights, out float[] shares))
        {
            StepSoftmax(0, Count, rows, x, labels, shares, [], losses);
            return;
        }
        // Members that skip rows step by themselves: a row of weight 0 must not count as seen.
        for (int member = 0; member < Count; member++)
        {
            ReadOnlySpan<float> own = weights.Slice(member * rows, rows);
            losses[member] = MlpChecks.Sum(own, rows) is > 0 and double sum ? TrainSoftmax(member, rows, x, labels, own, sum) : 0;
        }
    }

    /// <inheritdoc/>
    public void Descend(int member, int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> gradients, bool evaluated)
    {
        MlpChecks.Member(member, Count);
        MlpChecks.Length(x.Length, rows, Inputs, nameof(x));
        MlpChecks.Length(gradients.Length, rows, Outputs, nameof(gradients));
        using DisposeScope scope = torch.NewDisposeScope();
        TorchPass pass = Pass(member, 1, rows, x, gradients, DropoutMask.None);
        Step(member, 1, rows, pass, _buffer.Part(x.Length, gradients.Length).view(1, rows, Outputs));
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
        _nets.Range(target, 1).Weights.lerp_(_nets.Range(source, 1).Weights, _rate!);
    }

    // Shares: what each row's loss is multiplied by, members × rows, or rows for all members.
    private void StepSoftmax(int first, int count, int rows, ReadOnlySpan<float> x, ReadOnlySpan<int> labels, ReadOnlySpan<float> shares, Span<float> logits, Span<double> losses)
    {
        float[] more = new float[rows + shares.Length];
        for (int row = 0; row < rows; row++) more[row] = labels[row];
        shares.CopyTo(more.AsSpan(rows));
        using DisposeScope scope = torch.NewDisposeScope();
        // Each member would drop other units: with dropout they take turns.
        TorchPass pass = Pass(first, count, rows, x, more, count == 1 ? Masks(first) : DropoutMask.None);
        torch.Tensor index = _buffer.Part(x.Length, rows).to(torch.ScalarType.Int64).view(1, rows, 1).expand(count, rows, 1);
        torch.Tensor share = _buffer.Part(x.Length + rows, shares.Length).view(shares.Length / rows, rows, 1);
        torch.Tensor logs = pass.Logits.log_softmax(2);
        torch.Tensor loss = logs.gather(2, index).mul(share).sum(1).neg();
        torch.Tensor delta = logs.exp();
        delta.scatter_add_(2, index, torch.ones(count, rows, 1, dtype: torch.ScalarType.Float32, device: _device).neg());
        delta.mul_(share);
        Step(first, count, rows, pass, delta);
        Span<float> found = count <= 64 ? stackalloc float[count] : new float[count];
        if (logits.IsEmpty) TorchBuffer.Read(loss, found);
        else found[0] = (float)LossAndLogits(loss, pass.Logits, logits);
        for (int i = 0; i < count; i++) losses[i] = found[i];
    }

    private void Step(int first, int count, int rows, TorchPass pass, torch.Tensor delta)
    {
        Span<MlpCounts> counts = CollectionsMarshal.AsSpan(_counts).Slice(first, count);
        foreach (MlpCounts one in counts) one.BeginStep(Options);
        pass.Back(delta);
        _adam.Step(_nets.Range(first, count), counts);
        foreach (MlpCounts one in counts) one.TrainedRows += rows;
    }

    private static double LossAndLogits(torch.Tensor loss, torch.Tensor z, Span<float> logits)
    {
        Span<float> one = stackalloc float[1];
        if (logits.IsEmpty)
        {
            TorchBuffer.Read(loss, one);
            return one[0];
        }
        float[] both = new float[logits.Length + 1];
        TorchBuffer.Read(torch.cat([loss.reshape(1), z.reshape(logits.Length)]), both);
        both.AsSpan(1).CopyTo(logits);
        return both[0];
    }

    private DropoutMask Masks(int member) => DropoutMask.ForTraining(Options, _counts[member].DropoutSeed, _counts[member].TrainedRows);

    private static float[] Shares(int rows)
    {
        float[] shares = new float[rows];
        Array.Fill(shares, 1f / rows);
        return shares;
    }

    // True when every member learns every row; the shares are weights over their sums.
    private bool IsOneBatch(int rows, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, out float[] shares)
    {
        shares = [];
        if (Options.Dropout > 0 && Options.DropoutLayers > 0) return false;
        if (weights.IsEmpty)
        {
            MlpChecks.Rows(labels, [], Outputs);
            shares = Shares(rows);
            return true;
        }
        float[] found = new float[weights.Length];
        for (int member = 0; member < Count; member++)
        {
            ReadOnlySpan<float> own = weights.Slice(member * rows, rows);
            if (MlpChecks.Rows(labels, own, Outputs) < rows) return false;
            double sum = MlpChecks.Sum(own, rows);
            for (int row = 0; row < rows; row++) found[member * rows + row] = (float)(own[row] / sum);
        }
        shares = found;
        return true;
    }
}
