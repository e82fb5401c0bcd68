using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neighbours;

/// <summary>The kernels on vectors, written once for every width.</summary>
/// <typeparam name="L">The operations on sixteen floats.</typeparam>
/// <typeparam name="V">What holds sixteen floats.</typeparam>
internal sealed unsafe class VectorNeighbourKernels<L, V> : NeighbourKernels
    where L : struct, ILanes<V>
    where V : struct
{
    public override void Measure(float* rows, int groups, float* x, int attributes, float* closeness, float* greatest)
    {
        for (int group = 0; group < groups; group++, closeness += Group, greatest += Lanes)
        {
            V c0 = L.Zero, c1 = L.Zero, c2 = L.Zero, c3 = L.Zero;
            for (int a = 0; a < attributes; a++, rows += Group)
            {
                V value = L.Broadcast(x[a]);
                V d0 = L.Subtract(value, L.Load(rows)), d1 = L.Subtract(value, L.Load(rows + 16));
                V d2 = L.Subtract(value, L.Load(rows + 32)), d3 = L.Subtract(value, L.Load(rows + 48));
                c0 = L.FmaNegated(d0, d0, c0);
                c1 = L.FmaNegated(d1, d1, c1);
                c2 = L.FmaNegated(d2, d2, c2);
                c3 = L.FmaNegated(d3, d3, c3);
            }
            L.Store(c0, closeness);
            L.Store(c1, closeness + 16);
            L.Store(c2, closeness + 32);
            L.Store(c3, closeness + 48);
            L.Store(L.AtLeast(L.AtLeast(c0, c1), L.AtLeast(c2, c3)), greatest);
        }
    }
}
