using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Bayes;

/// <summary>The kernels on vectors, written once for every width.</summary>
/// <typeparam name="L">The operations on sixteen floats.</typeparam>
/// <typeparam name="V">What holds sixteen floats.</typeparam>
internal sealed unsafe class VectorGaussianKernels<L, V> : GaussianKernels
    where L : struct, ILanes<V>
    where V : struct
{
    public override void Score(float* x, float* mean, float* h, int count, Span<double> scores)
    {
        V floor = L.Broadcast(Floor);
        for (int c = 0; c < scores.Length; c++, mean += count, h += count)
        {
            V sum = L.Zero;
            for (int a = 0; a < count; a += KernelWidths.Lanes)
            {
                V d = L.Subtract(L.Load(x + a), L.Load(mean + a));
                sum = L.Add(sum, L.AtLeast(L.Multiply(L.Multiply(d, d), L.Load(h + a)), floor));
            }
            scores[c] = L.Sum(sum);
        }
    }

    public override void Update(float* x, float* mean, float* variance, int count, float rate)
    {
        V part = L.Broadcast(rate), rest = L.Broadcast(1 - rate);
        for (int a = 0; a < count; a += KernelWidths.Lanes)
        {
            V old = L.Load(mean + a), d = L.Subtract(L.Load(x + a), old);
            L.Store(L.Fma(part, d, old), mean + a);
            L.Store(L.Multiply(rest, L.Fma(L.Multiply(part, d), d, L.Load(variance + a))), variance + a);
        }
    }

    public override void Invert(float* variance, float* h, int count, float shrink, float prior)
    {
        V factor = L.Broadcast(shrink), add = L.Broadcast(prior), minusHalf = L.Broadcast(-0.5f);
        for (int a = 0; a < count; a += KernelWidths.Lanes)
        {
            V used = L.Fma(factor, L.Load(variance + a), add);
            L.Store(L.Multiply(minusHalf, Improve(used, Improve(used, L.ReciprocalSeed(used)))), h + a);
        }
    }

    private static V Improve(V d, V y)
    {
        V e = L.FmaNegated(d, y, L.Broadcast(1));
        return L.Fma(y, L.Fma(e, e, e), y);
    }
}
