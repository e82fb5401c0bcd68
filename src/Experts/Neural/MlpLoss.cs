using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>The losses and their gradients by the logits, over one run of rows.</summary>
internal static unsafe class MlpLoss
{
    // Smaller gradients count as 0: multiplied through a net and squared they would be denormals, which are slow.
    private const float SmallestGradient = 1e-20f;

    /// <summary>Binary cross-entropy with logits: Σ max(z, 0) − z·t + ln(1 + e^−|z|); gradient (σ(z) − t)·scale. A row's sum also goes to <paramref name="rowLosses"/>, unless that is empty.</summary>
    /// <returns>The sum over rows and outputs, not scaled, added row by row to <paramref name="loss"/>.</returns>
    public static double Binary(MlpKernels kernels, float* logits, float* deltas, int rows, int outputs, ReadOnlySpan<float> targets, float scale, Span<double> rowLosses = default, double loss = 0)
    {
        int padded = KernelWidths.Pad(outputs);
        kernels.ExpMinusAbs(logits, deltas, rows * padded);
        for (int row = 0; row < rows; row++)
        {
            double rowLoss = 0;
            for (int panel = 0; panel < outputs; panel += MlpKernels.Panel)
            {
                int index = MlpShape.Panelled(row, panel, rows, outputs);
                int count = Math.Min(MlpKernels.Panel, outputs - panel);
                rowLoss += BinaryRun(logits + index, deltas + index, targets.Slice(row * outputs + panel, count), scale);
                new Span<float>(deltas + index + count, KernelWidths.Pad(count) - count).Clear();
            }
            if (!rowLosses.IsEmpty) rowLosses[row] = rowLoss;
            loss += rowLoss;
        }
        return loss;
    }

    /// <summary>Soft-max cross-entropy: Σ ln Σ e^z − z_label; gradient (softmax(z) − [label])·scale.</summary>
    /// <returns>The sum over rows, not scaled.</returns>
    public static double Softmax(MlpKernels kernels, float* logits, float* deltas, int rows, int outputs, ReadOnlySpan<int> labels, float scale)
    {
        double loss = 0;
        for (int row = 0; row < rows; row++) SubtractMaximum(logits, deltas, row, rows, outputs);
        kernels.ExpMinusAbs(deltas, deltas, rows * KernelWidths.Pad(outputs));
        for (int row = 0; row < rows; row++) loss += SoftmaxRow(logits, deltas, row, rows, outputs, labels[row], scale);
        return loss;
    }

    private static double BinaryRun(float* z, float* d, ReadOnlySpan<float> targets, float scale)
    {
        double loss = 0, product = 1;
        for (int i = 0; i < targets.Length; i++)
        {
            float e = d[i], probability = (z[i] >= 0 ? 1 : e) / (1 + e);
            d[i] = Flush((probability - targets[i]) * scale);
            loss += (z[i] > 0 ? z[i] : 0.0) - (double)z[i] * targets[i];
            product *= 1.0 + e;
        }
        // One logarithm for all: each factor is in (1, 2] and there are at most 64.
        return loss + Math.Log(product);
    }

    private static void SubtractMaximum(float* logits, float* deltas, int row, int rows, int outputs)
    {
        float maximum = logits[MlpShape.Panelled(row, 0, rows, outputs)];
        for (int o = 1; o < outputs; o++) maximum = MathF.Max(maximum, logits[MlpShape.Panelled(row, o, rows, outputs)]);
        for (int o = 0; o < outputs; o++)
        {
            int index = MlpShape.Panelled(row, o, rows, outputs);
            deltas[index] = logits[index] - maximum;
        }
    }

    private static double SoftmaxRow(float* logits, float* deltas, int row, int rows, int outputs, int label, float scale)
    {
        float sum = 0, maximum = float.NegativeInfinity;
        for (int o = 0; o < outputs; o++)
        {
            int index = MlpShape.Panelled(row, o, rows, outputs);
            sum += deltas[index];
            maximum = MathF.Max(maximum, logits[index]);
        }
        float inverse = 1 / sum;
        for (int o = 0; o < outputs; o++)
        {
            int index = MlpShape.Panelled(row, o, rows, outputs);
            deltas[index] = Flush((deltas[index] * inverse - (o == label ? 1 : 0)) * scale);
        }
        int padded = KernelWidths.Pad(outputs);
        for (int o = outputs; o < padded; o++) deltas[MlpShape.Panelled(row, o, rows, padded)] = 0;
        return Math.Log(sum) + maximum - logits[MlpShape.Panelled(row, label, rows, outputs)];
    }

    private static float Flush(float gradient) => MathF.Abs(gradient) < SmallestGradient ? 0 : gradient;
}
