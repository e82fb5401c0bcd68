using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural.Kernels;

/// <summary>The kernels on vectors, written once for every width. Sums are blocked over registers, which changes no sum's order.</summary>
/// <typeparam name="L">The operations on sixteen floats.</typeparam>
/// <typeparam name="V">What holds sixteen floats.</typeparam>
internal sealed unsafe partial class VectorKernels<L, V> : MlpKernels
    where L : struct, ILanes<V>
    where V : struct
{
    private const int DotBlockFloats = 6144;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Dot(float* a, int rows, float* b, int bRows, int depth, float* bias, float* c)
    {
        // As many rows of a as stay in the first-level cache while b passes by.
        int block = Math.Max(4, DotBlockFloats / depth / 4 * 4);
        for (int i = 0; i < rows; i += block) DotRows(a, rows, i, Math.Min(rows, i + block), b, bRows, depth, bias, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DotRows(float* a, int rows, int from, int end, float* b, int bRows, int depth, float* bias, float* c)
    {
        int columns = KernelWidths.Pad(bRows), j = 0;
        for (; j + 4 <= bRows; j += 4)
        {
            int width = Math.Min(Panel, columns - j / Panel * Panel);
            float* to = c + j / Panel * Panel * rows + j % Panel;
            Vector128<float> add = bias == null ? Vector128<float>.Zero : Vector128.Load(bias + j);
            int i = from;
            if (L.HasManyRegisters)
                for (; i + 4 <= end; i += 4) Dot4x4(a, rows, i, b, bRows, j, depth, bias != null, add, to + i * width, width);
            for (; i < end; i++) Dot1x4(a, rows, i, b, bRows, j, depth, bias != null, add, to + i * width);
        }
        for (; j < bRows; j++)
        {
            int width = Math.Min(Panel, columns - j / Panel * Panel);
            float* to = c + j / Panel * Panel * rows + j % Panel;
            for (int i = from; i < end; i++)
            {
                float sum = Dot1x1(a, rows, i, b, bRows, j, depth);
                to[i * width] = bias == null ? sum : sum + bias[j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MaskByActivation(float* h, float* d, int count, float scale)
    {
        V factor = L.Broadcast(scale);
        for (int i = 0; i < count; i += Lanes)
            L.Store(L.WherePositive(L.Load(h + i), L.Multiply(L.Load(d + i), factor)), d + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transpose(float* from, int fromRow, int rows, int columns, float* to, int toRow)
    {
        int i = 0;
        for (; i + Lanes <= rows; i += Lanes)
            for (int j = 0; j < columns; j += Lanes) L.Transpose(from + i * fromRow + j, fromRow, to + j * toRow + i, toRow);
        base.Transpose(from + i * fromRow, fromRow, rows - i, columns, to + i, toRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ExpMinusAbs(float* x, float* y, int count)
    {
        V smallest = L.Broadcast(SmallestExponent), log2E = L.Broadcast(ExpPolynomial.Log2E), shift = L.Broadcast(ExpPolynomial.RoundingShift);
        V one = L.Broadcast(1);
        for (int i = 0; i < count; i += Lanes)
        {
            V t = L.AtLeast(L.MinusAbs(L.Load(x + i)), smallest);
            V shifted = L.Fma(t, log2E, shift);
            V n = L.Subtract(shifted, shift);
            V f = L.Fma(n, L.Broadcast(-ExpPolynomial.Ln2High), t);
            f = L.Fma(n, L.Broadcast(-ExpPolynomial.Ln2Low), f);
            V e = L.Broadcast(ExpPolynomial.C6);
            e = L.Fma(e, f, L.Broadcast(ExpPolynomial.C5));
            e = L.Fma(e, f, L.Broadcast(ExpPolynomial.C4));
            e = L.Fma(e, f, L.Broadcast(ExpPolynomial.C3));
            e = L.Fma(e, f, L.Broadcast(ExpPolynomial.C2));
            e = L.Fma(e, f, one);
            e = L.Fma(e, f, one);
            L.Store(L.Multiply(e, L.PowerOfTwo(shifted)), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
