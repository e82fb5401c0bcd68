using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Neural.Kernels;

// Blocks of rows × sixteens of columns, unrolled so that every sum stays in a register.
internal sealed unsafe partial class VectorKernels<L, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4x4(float* a, nint aRow, nint aDepth, int depth, float* b, float* start, nint startRow, float* c, int stride, bool relu)
    {
        V s00 = L.Load(start), s01 = L.Load(start + 16), s02 = L.Load(start + 32), s03 = L.Load(start + 48);
        V s10 = L.Load(start + startRow), s11 = L.Load(start + startRow + 16), s12 = L.Load(start + startRow + 32), s13 = L.Load(start + startRow + 48);
        V s20 = L.Load(start + 2 * startRow), s21 = L.Load(start + 2 * startRow + 16), s22 = L.Load(start + 2 * startRow + 32), s23 = L.Load(start + 2 * startRow + 48);
        V s30 = L.Load(start + 3 * startRow), s31 = L.Load(start + 3 * startRow + 16), s32 = L.Load(start + 3 * startRow + 32), s33 = L.Load(start + 3 * startRow + 48);
        for (int p = 0; p < depth; p++)
        {
            V b0 = L.Load(b), b1 = L.Load(b + 16), b2 = L.Load(b + 32), b3 = L.Load(b + 48);
            V x = L.Broadcast(*a);
            s00 = L.Fma(x, b0, s00);
            s01 = L.Fma(x, b1, s01);
            s02 = L.Fma(x, b2, s02);
            s03 = L.Fma(x, b3, s03);
            x = L.Broadcast(a[aRow]);
            s10 = L.Fma(x, b0, s10);
            s11 = L.Fma(x, b1, s11);
            s12 = L.Fma(x, b2, s12);
            s13 = L.Fma(x, b3, s13);
            x = L.Broadcast(a[2 * aRow]);
            s20 = L.Fma(x, b0, s20);
            s21 = L.Fma(x, b1, s21);
            s22 = L.Fma(x, b2, s22);
            s23 = L.Fma(x, b3, s23);
            x = L.Broadcast(a[3 * aRow]);
            s30 = L.Fma(x, b0, s30);
            s31 = L.Fma(x, b1, s31);
            s32 = L.Fma(x, b2, s32);
            s33 = L.Fma(x, b3, s33);
            a += aDepth;
            b += stride;
        }
        Finish(s00, c, relu);
        Finish(s01, c + 16, relu);
        Finish(s02, c + 32, relu);
        Finish(s03, c + 48, relu);
        Finish(s10, c + stride, relu);
        Finish(s11, c + stride + 16, relu);
        Finish(s12, c + stride + 32, relu);
        Finish(s13, c + stride + 48, relu);
        Finish(s20, c + 2 * stride, relu);
        Finish(s21, c + 2 * stride + 16, relu);
        Finish(s22, c + 2 * stride + 32, relu);
        Finish(s23, c + 2 * stride + 48, relu);
        Finish(s30, c + 3 * stride, relu);
        Finish(s31, c + 3 * stride + 16, relu);
        Finish(s32, c + 3 * stride + 32, relu);
        Finish(s33, c + 3 * stride + 48, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4x2(float* a, nint aRow, nint aDepth, int depth, float* b, float* start, nint startRow, float* c, int stride, bool relu)
    {
        V s00 = L.Load(start), s01 = L.Load(start + 16);
        V s10 = L.Load(start + startRow), s11 = L.Load(start + startRow + 16);
        V s20 = L.Load(start + 2 * startRow), s21 = L.Load(start + 2 * startRow + 16);
        V s30 = L.Load(start + 3 * startRow), s31 = L.Load(start + 3 * startRow + 16);
        for (int p = 0; p < depth; p++)
        {
            V b0 = L.Load(b), b1 = L.Load(b + 16);
            V x = L.Broadcast(*a);
            s00 = L.Fma(x, b0, s00);
            s01 = L.Fma(x, b1, s01);
            x = L.Broadcast(a[aRow]);
            s10 = L.Fma(x, b0, s10);
            s11 = L.Fma(x, b1, s11);
            x = L.Broadcast(a[2 * aRow]);
            s20 = L.Fma(x, b0, s20);
            s21 = L.Fma(x, b1, s21);
            x = L.Broadcast(a[3 * aRow]);
            s30 = L.Fma(x, b0, s30);
            s31 = L.Fma(x, b1, s31);
            a += aDepth;
            b += stride;
        }
        Finish(s00, c, relu);
        Finish(s01, c + 16, relu);
        Finish(s10, c + stride, relu);
        Finish(s11, c + stride + 16, relu);
        Finish(s20, c + 2 * stride, relu);
        Finish(s21, c + 2 * stride + 16, relu);
        Finish(s30, c + 3 * stride, relu);
        Finish(s31, c + 3 * stride + 16, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4x1(float* a, nint aRow, nint aDepth, int depth, float* b, float* start, nint startRow, float* c, int stride, bool relu)
    {
        V s00 = L.Load(start);
        V s10 = L.Load(start + startRow);
        V s20 = L.Load(start + 2 * startRow);
        V s30 = L.Load(start + 3 * startRow);
        for (int p = 0; p < depth; p++)
        {
            V b0 = L.Load(b);
            s00 = L.Fma(L.Broadcast(*a), b0, s00);
            s10 = L.Fma(L.Broadcast(a[aRow]), b0, s10);
            s20 = L.Fma(L.Broadcast(a[2 * aRow]), b0, s20);
            s30 = L.Fma(L.Broadcast(a[3 * aRow]), b0, s30);
            a += aDepth;
            b += stride;
        }
        Finish(s00, c, relu);
        Finish(s10, c + stride, relu);
        Finish(s20, c + 2 * stride, relu);
        Finish(s30, c + 3 * stride, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block2x2(float* a, nint aRow, nint aDepth, int depth, float* b, float* start, nint startRow, float* c, int stride, bool relu)
    {
        V s00 = L.Load(start), s01 = L.Load(start + 16);
        V s10 = L.Load(start + startRow), s11 = L.Load(start + startRow + 16);
        for (int p = 0; p < depth; p++)
        {
            V b0 = L.Load(b), b1 = L.Load(b + 16);
            V x = L.Broadcast(*a);
            s00 = L.Fma(x, b0, s00);
            s01 = L.Fma(x, b1, s01);
            x = L.Broadcast(a[aRow]);
            s10 = L.Fma(x, b0, s10);
            s11 = L.Fma(x, b1, s11);
            a += aDepth;
            b += stride;
        }
        Finish(s00, c, relu);
        Finish(s01, c + 16, relu);
        Finish(s10, c + stride, relu);
        Finish(s11, c + stride + 16, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block2x1(float* a, nint aRow, nint aDepth, int depth, float* b, float* start, nint startRow, float* c, int stride, bool relu)
    {
        V s00 = L.Load(start);
        V s10 = L.Load(start + startRow);
        for (int p = 0; p < depth; p++)
        {
            V b0 = L.Load(b);
            s00 = L.Fma(L.Broadcast(*a), b0, s00);
            s10 = L.Fma(L.Broadcast(a[aRow]), b0, s10);
            a += aDepth;
            b += stride;
        }
        Finish(s00, c, relu);
        Finish(s10, c + stride, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x4(float* a, nint aDepth, int depth, float* b, float* start, float* c, int stride, bool relu)
    {
        V s00 = L.Load(start), s01 = L.Load(start + 16), s02 = L.Load(start + 32), s03 = L.Load(start + 48);
        for (int p = 0; p < depth; p++)
        {
            V b0 = L.Load(b), b1 = L.Load(b + 16), b2 = L.Load(b + 32), b3 = L.Load(b + 48);
            V x = L.Broadcast(*a);
            s00 = L.Fma(x, b0, s00);
            s01 = L.Fma(x, b1, s01);
            s02 = L.Fma(x, b2, s02);
            s03 = L.Fma(x, b3, s03);
            a += aDepth;
            b += stride;
        }
        Finish(s00, c, relu);
        Finish(s01, c + 16, relu);
        Finish(s02, c + 32, relu);
        Finish(s03, c + 48, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block1x1(float* a, nint aDepth, int depth, float* b, float* start, float* c, int stride, bool relu)
    {
        V s00 = L.Load(start);
        for (int p = 0; p < depth; p++)
        {
            V b0 = L.Load(b);
            s00 = L.Fma(L.Broadcast(*a), b0, s00);
            a += aDepth;
            b += stride;
        }
        Finish(s00, c, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(V sum, float* to, bool relu) => L.Store(relu ? L.AtLeast(sum, L.Zero) : sum, to);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4x4(float* a, int rows, int i, float* b, int bRows, int j, int depth, bool hasBias, Vector128<float> bias, float* to, int stride)
    {
        V s00 = L.Zero, s01 = L.Zero, s02 = L.Zero, s03 = L.Zero;
        V s10 = L.Zero, s11 = L.Zero, s12 = L.Zero, s13 = L.Zero;
        V s20 = L.Zero, s21 = L.Zero, s22 = L.Zero, s23 = L.Zero;
        V s30 = L.Zero, s31 = L.Zero, s32 = L.Zero, s33 = L.Zero;
        for (int panel = 0; panel < depth; panel += Panel)
        {
            int width = Math.Min(Panel, depth - panel);
            float* x = a + panel * rows + i * width;
            float* y = b + panel * bRows + j * width;
            for (float* end = x + width; x < end; x += Lanes, y += Lanes)
            {
                V y0 = L.Load(y), y1 = L.Load(y + width), y2 = L.Load(y + 2 * width), y3 = L.Load(y + 3 * width);
                V x0 = L.Load(x);
                s00 = L.Fma(x0, y0, s00);
                s01 = L.Fma(x0, y1, s01);
                s02 = L.Fma(x0, y2, s02);
                s03 = L.Fma(x0, y3, s03);
                x0 = L.Load(x + width);
                s10 = L.Fma(x0, y0, s10);
                s11 = L.Fma(x0, y1, s11);
                s12 = L.Fma(x0, y2, s12);
                s13 = L.Fma(x0, y3, s13);
                x0 = L.Load(x + 2 * width);
                s20 = L.Fma(x0, y0, s20);
                s21 = L.Fma(x0, y1, s21);
                s22 = L.Fma(x0, y2, s22);
                s23 = L.Fma(x0, y3, s23);
                x0 = L.Load(x + 3 * width);
                s30 = L.Fma(x0, y0, s30);
                s31 = L.Fma(x0, y1, s31);
                s32 = L.Fma(x0, y2, s32);
                s33 = L.Fma(x0, y3, s33);
            }
        }
        StoreSums(L.Sum(s00, s01, s02, s03), hasBias, bias, to);
        StoreSums(L.Sum(s10, s11, s12, s13), hasBias, bias, to + stride);
        StoreSums(L.Sum(s20, s21, s22, s23), hasBias, bias, to + 2 * stride);
        StoreSums(L.Sum(s30, s31, s32, s33), hasBias, bias, to + 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot1x4(float* a, int rows, int i, float* b, int bRows, int j, int depth, bool hasBias, Vector128<float> bias, float* to)
    {
        V s00 = L.Zero, s01 = L.Zero, s02 = L.Zero, s03 = L.Zero;
        for (int panel = 0; panel < depth; panel += Panel)
        {
            int width = Math.Min(Panel, depth - panel);
            float* x = a + panel * rows + i * width;
            float* y = b + panel * bRows + j * width;
            for (float* end = x + width; x < end; x += Lanes, y += Lanes)
            {
                V y0 = L.Load(y), y1 = L.Load(y + width), y2 = L.Load(y + 2 * width), y3 = L.Load(y + 3 * width);
                V x0 = L.Load(x);
                s00 = L.Fma(x0, y0, s00);
                s01 = L.Fma(x0, y1, s01);
                s02 = L.Fma(x0, y2, s02);
                s03 = L.Fma(x0, y3, s03);
            }
        }
        StoreSums(L.Sum(s00, s01, s02, s03), hasBias, bias, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot1x1(float* a, int rows, int i, float* b, int bRows, int j, int depth)
    {
        V s00 = L.Zero;
        for (int panel = 0; panel < depth; panel += Panel)
        {
            int width = Math.Min(Panel, depth - panel);
            float* x = a + panel * rows + i * width;
            float* y = b + panel * bRows + j * width;
            for (float* end = x + width; x < end; x += Lanes, y += Lanes)
            {
                s00 = L.Fma(L.Load(x), L.Load(y), s00);
            }
        }
        return L.Sum(s00);
    }

    // Without a bias nothing is added, not even 0: that would turn −0 into 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(Vector128<float> sums, bool hasBias, Vector128<float> bias, float* to) => (hasBias ? sums + bias : sums).Store(to);
}
