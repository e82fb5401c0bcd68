using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Neural.Kernels;

/// <summary>The kernels on vectors, written once for every width. Sums are blocked over registers, which changes no sum's order.</summary>
/// <typeparam name="L">The operations on sixteen floats.</typeparam>
/// <typeparam name="V">What holds sixteen floats.</typeparam>
internal sealed unsafe partial class VectorKernels<L, V> : MlpKernels
    where L : struct, ILanes<V>
    where V : struct
{
    public override void Accumulate(float* a, nint aRow, nint aDepth, int rows, int depth, float* b, float* start, nint startRow, float* c, int columns, bool relu)
    {
        int i = 0;
        if (L.HasManyRegisters)
        {
            for (; i + 4 <= rows; i += 4)
            {
                int j = 0;
                for (; j + 64 <= columns; j += 64) Block4x4(a, aRow, aDepth, depth, b + j, start + j, startRow, c + j, columns, relu);
                for (; j + 32 <= columns; j += 32) Block4x2(a, aRow, aDepth, depth, b + j, start + j, startRow, c + j, columns, relu);
                for (; j < columns; j += 16) Block4x1(a, aRow, aDepth, depth, b + j, start + j, startRow, c + j, columns, relu);
                a += 4 * aRow;
                start += 4 * startRow;
                c += 4 * columns;
            }
        }
        else
        {
            for (; i + 2 <= rows; i += 2)
            {
                int j = 0;
                for (; j + 32 <= columns; j += 32) Block2x2(a, aRow, aDepth, depth, b + j, start + j, startRow, c + j, columns, relu);
                for (; j < columns; j += 16) Block2x1(a, aRow, aDepth, depth, b + j, start + j, startRow, c + j, columns, relu);
                a += 2 * aRow;
                start += 2 * startRow;
                c += 2 * columns;
            }
        }
        for (; i < rows; i++)
        {
            int j = 0;
            for (; j + 64 <= columns; j += 64) Block1x4(a, aDepth, depth, b + j, start + j, c + j, columns, relu);
            for (; j < columns; j += 16) Block1x1(a, aDepth, depth, b + j, start + j, c + j, columns, relu);
            a += aRow;
            start += startRow;
            c += columns;
        }
    }

    public override void Dot(float* a, int rows, float* b, int bRows, int depth, float* bias, float* c)
    {
        int columns = Pad(bRows), j = 0;
        for (; j + 4 <= bRows; j += 4)
        {
            int width = Math.Min(Panel, columns - j / Panel * Panel);
            float* to = c + j / Panel * Panel * rows + j % Panel;
            Vector128<float> add = bias == null ? Vector128<float>.Zero : Vector128.Load(bias + j);
            int i = 0;
            if (L.HasManyRegisters)
                for (; i + 4 <= rows; i += 4) Dot4x4(a, rows, i, b, bRows, j, depth, bias != null, add, to + i * width, width);
            for (; i < rows; i++) Dot1x4(a, rows, i, b, bRows, j, depth, bias != null, add, to + i * width);
        }
        for (; j < bRows; j++)
        {
            int width = Math.Min(Panel, columns - j / Panel * Panel);
            float* to = c + j / Panel * Panel * rows + j % Panel;
            for (int i = 0; i < rows; i++)
            {
                float sum = Dot1x1(a, rows, i, b, bRows, j, depth);
                to[i * width] = bias == null ? sum : sum + bias[j];
            }
        }
    }

    public override void MaskByActivation(float* h, float* d, int count, float scale)
    {
        V factor = L.Broadcast(scale);
        for (int i = 0; i < count; i += Lanes)
            L.Store(L.WherePositive(L.Load(h + i), L.Multiply(L.Load(d + i), factor)), d + i);
    }

    public override void Adam(float* w, float* m, float* v, float* g, int count, in AdamStep step)
    {
        V oneMinusBeta1 = L.Broadcast(step.OneMinusBeta1), smallest = L.Broadcast(AdamStep.SmallestFirstMoment);
        V beta2 = L.Broadcast(step.Beta2), oneMinusBeta2 = L.Broadcast(step.OneMinusBeta2), floor = L.Broadcast(AdamStep.SecondMomentFloor);
        V rootScale = L.Broadcast(step.RootScale), epsilon = L.Broadcast(step.Epsilon), minusStep = L.Broadcast(-step.StepSize);
        for (int i = 0; i < count; i += Lanes)
        {
            V gradient = L.Load(g + i), first = L.Load(m + i);
            first = L.Flush(L.Fma(oneMinusBeta1, L.Subtract(gradient, first), first), smallest);
            V second = L.Fma(L.Load(v + i), beta2, floor);
            second = L.Fma(L.Multiply(oneMinusBeta2, gradient), gradient, second);
            V ratio = L.Divide(first, L.Fma(L.Sqrt(second), rootScale, epsilon));
            L.Store(first, m + i);
            L.Store(second, v + i);
            L.Store(L.Fma(minusStep, ratio, L.Load(w + i)), w + i);
        }
    }

    public override void Exp(float* x, int count)
    {
        V smallest = L.Broadcast(SmallestExponent), log2E = L.Broadcast(ExpPolynomial.Log2E), shift = L.Broadcast(ExpPolynomial.RoundingShift);
        V one = L.Broadcast(1);
        for (int i = 0; i < count; i += Lanes)
        {
            V t = L.AtLeast(L.Load(x + i), smallest);
            V shifted = L.Fma(t, log2E, shift);
            V n = L.Subtract(shifted, shift);
            V f = L.Fma(n, L.Broadcast(-ExpPolynomial.Ln2High), t);
            f = L.Fma(n, L.Broadcast(-ExpPolynomial.Ln2Low), f);
            V y = L.Broadcast(ExpPolynomial.C6);
            y = L.Fma(y, f, L.Broadcast(ExpPolynomial.C5));
            y = L.Fma(y, f, L.Broadcast(ExpPolynomial.C4));
            y = L.Fma(y, f, L.Broadcast(ExpPolynomial.C3));
            y = L.Fma(y, f, L.Broadcast(ExpPolynomial.C2));
            y = L.Fma(y, f, one);
            y = L.Fma(y, f, one);
            L.Store(L.Multiply(y, L.PowerOfTwo(shifted)), x + i);
        }
    }

    public override void Approach(float* w, float* source, int count, float rate)
    {
        V factor = L.Broadcast(rate);
        for (int i = 0; i < count; i += Lanes)
        {
            V old = L.Load(w + i);
            L.Store(L.Fma(factor, L.Subtract(L.Load(source + i), old), old), w + i);
        }
    }
}
