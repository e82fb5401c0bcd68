using System.Runtime.CompilerServices;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural.Kernels;

/// <summary>The kernels as plain loops: what the vector kernels must agree with to the bit, and what runs where there are no vectors.</summary>
internal sealed unsafe class ScalarKernels : MlpKernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Accumulate(float* a, nint aRow, nint aDepth, int rows, int depth, float* b, float* start, nint startRow, float* c, int columns, bool relu)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float sum = start[i * startRow + j];
                for (int p = 0; p < depth; p++)
                    sum = MathF.FusedMultiplyAdd(a[i * aRow + p * aDepth], b[p * columns + j], sum);
                c[i * columns + j] = relu && sum < 0 ? 0 : sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Dot(float* a, int rows, float* b, int bRows, int depth, float* bias, float* c)
    {
        int columns = KernelWidths.Pad(bRows);
        for (int j = 0; j < bRows; j++)
        {
            int panel = j / Panel * Panel;
            float* to = c + panel * rows + j % Panel;
            int width = Math.Min(Panel, columns - panel);
            for (int i = 0; i < rows; i++)
            {
                float sum = DotOne(a, rows, i, b, bRows, j, depth);
                to[i * width] = bias == null ? sum : sum + bias[j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MaskByActivation(float* h, float* d, int count, float scale)
    {
        for (int i = 0; i < count; i++) d[i] = h[i] > 0 ? d[i] * scale : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Adam(float* w, float* m, float* v, float* g, int count, in AdamStep step)
    {
        for (int i = 0; i < count; i++) AdamOne(w + i, m + i, v + i, g[i], step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AdamOuter(float* w, float* m, float* v, float* a, nint aRow, int rows, float* d, in AdamStep step)
    {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < Panel; j++) AdamOne(w + i * Panel + j, m + i * Panel + j, v + i * Panel + j, a[i * aRow] * d[j], step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ExpMinusAbs(float* x, float* y, int count)
    {
        for (int i = 0; i < count; i++)
        {
            float t = -MathF.Abs(x[i]);
            if (t < SmallestExponent) t = SmallestExponent;
            float shifted = MathF.FusedMultiplyAdd(t, ExpPolynomial.Log2E, ExpPolynomial.RoundingShift);
            float n = shifted - ExpPolynomial.RoundingShift;
            float f = MathF.FusedMultiplyAdd(n, -ExpPolynomial.Ln2High, t);
            f = MathF.FusedMultiplyAdd(n, -ExpPolynomial.Ln2Low, f);
            float e = ExpPolynomial.C6;
            e = MathF.FusedMultiplyAdd(e, f, ExpPolynomial.C5);
            e = MathF.FusedMultiplyAdd(e, f, ExpPolynomial.C4);
            e = MathF.FusedMultiplyAdd(e, f, ExpPolynomial.C3);
            e = MathF.FusedMultiplyAdd(e, f, ExpPolynomial.C2);
            e = MathF.FusedMultiplyAdd(e, f, 1);
            e = MathF.FusedMultiplyAdd(e, f, 1);
            y[i] = e * BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(shifted) << 23) + ExpPolynomial.One);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Approach(float* w, float* source, int count, float rate)
    {
        for (int i = 0; i < count; i++) w[i] = MathF.FusedMultiplyAdd(rate, source[i] - w[i], w[i]);
    }

    private static void AdamOne(float* w, float* m, float* v, float g, in AdamStep step)
    {
        float first = MathF.FusedMultiplyAdd(step.OneMinusBeta1, g - *m, *m);
        if (MathF.Abs(first) < AdamStep.SmallestFirstMoment) first = 0;
        float second = MathF.FusedMultiplyAdd(*v, step.Beta2, AdamStep.SecondMomentFloor);
        second = MathF.FusedMultiplyAdd(step.OneMinusBeta2 * g, g, second);
        float ratio = first * Reciprocal.Of(MathF.FusedMultiplyAdd(MathF.Sqrt(second), step.RootScale, step.Epsilon));
        *m = first;
        *v = second;
        *w = MathF.FusedMultiplyAdd(-step.StepSize, ratio, *w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float DotOne(float* a, int rows, int i, float* b, int bRows, int j, int depth)
    {
        float* sums = stackalloc float[Lanes];
        new Span<float>(sums, Lanes).Clear();
        for (int panel = 0; panel < depth; panel += Panel)
        {
            int width = Math.Min(Panel, depth - panel);
            float* x = a + panel * rows + i * width;
            float* y = b + panel * bRows + j * width;
            for (int p = 0; p < width; p++)
                sums[p % Lanes] = MathF.FusedMultiplyAdd(x[p], y[p], sums[p % Lanes]);
        }
        for (int half = Lanes / 2; half > 0; half /= 2)
            for (int l = 0; l < half; l++) sums[l] += sums[l + half];
        return sums[0];
    }
}
