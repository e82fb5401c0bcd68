using System.Runtime.CompilerServices;

namespace StreamMoe.Experts.Neural.Kernels;

// Adam, four sixteens at a time: each waits long for its root, and the processor cannot look far enough ahead to fill the wait itself.
internal sealed unsafe partial class VectorKernels<L, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Adam(float* w, float* m, float* v, float* g, int count, in AdamStep step)
    {
        AdamLanes lanes = new(step);
        int i = 0;
        if (L.HasManyRegisters)
            for (; i + Panel <= count; i += Panel) lanes.UpdatePanel(w + i, m + i, v + i, L.Load(g + i), L.Load(g + i + 16), L.Load(g + i + 32), L.Load(g + i + 48));
        for (; i < count; i += Lanes) lanes.Update(w + i, m + i, v + i, L.Load(g + i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AdamOuter(float* w, float* m, float* v, float* a, nint aRow, int rows, float* d, in AdamStep step)
    {
        AdamLanes lanes = new(step);
        for (int i = 0; i < rows; i++, a += aRow, w += Panel, m += Panel, v += Panel)
        {
            V x = L.Broadcast(*a);
            if (L.HasManyRegisters)
                lanes.UpdatePanel(w, m, v, L.Multiply(x, L.Load(d)), L.Multiply(x, L.Load(d + 16)), L.Multiply(x, L.Load(d + 32)), L.Multiply(x, L.Load(d + 48)));
            else
                for (int j = 0; j < Panel; j += Lanes) lanes.Update(w + j, m + j, v + j, L.Multiply(x, L.Load(d + j)));
        }
    }

    private readonly struct AdamLanes(in AdamStep step)
    {
        private readonly V _oneMinusBeta1 = L.Broadcast(step.OneMinusBeta1);
        private readonly V _beta2 = L.Broadcast(step.Beta2);
        private readonly V _oneMinusBeta2 = L.Broadcast(step.OneMinusBeta2);
        private readonly V _rootScale = L.Broadcast(step.RootScale);
        private readonly V _epsilon = L.Broadcast(step.Epsilon);
        private readonly V _minusStep = L.Broadcast(-step.StepSize);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update(float* w, float* m, float* v, V g)
        {
            V first = First(m, g), root = L.Sqrt(Second(v, g));
            V d = L.Fma(root, _rootScale, _epsilon), y = L.ReciprocalSeed(d);
            y = Improve(d, y);
            y = Improve(d, y);
            Move(w, first, y);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void UpdatePanel(float* w, float* m, float* v, V g0, V g1, V g2, V g3)
        {
            V f0 = First(m, g0), f1 = First(m + 16, g1), f2 = First(m + 32, g2), f3 = First(m + 48, g3);
            V d0 = L.Sqrt(Second(v, g0)), d1 = L.Sqrt(Second(v + 16, g1)), d2 = L.Sqrt(Second(v + 32, g2)), d3 = L.Sqrt(Second(v + 48, g3));
            d0 = L.Fma(d0, _rootScale, _epsilon);
            d1 = L.Fma(d1, _rootScale, _epsilon);
            d2 = L.Fma(d2, _rootScale, _epsilon);
            d3 = L.Fma(d3, _rootScale, _epsilon);
            V y0 = L.ReciprocalSeed(d0), y1 = L.ReciprocalSeed(d1), y2 = L.ReciprocalSeed(d2), y3 = L.ReciprocalSeed(d3);
            for (int i = 0; i < 2; i++)
            {
                V e0 = Error(d0, y0), e1 = Error(d1, y1), e2 = Error(d2, y2), e3 = Error(d3, y3);
                e0 = L.Fma(e0, e0, e0);
                e1 = L.Fma(e1, e1, e1);
                e2 = L.Fma(e2, e2, e2);
                e3 = L.Fma(e3, e3, e3);
                y0 = L.Fma(y0, e0, y0);
                y1 = L.Fma(y1, e1, y1);
                y2 = L.Fma(y2, e2, y2);
                y3 = L.Fma(y3, e3, y3);
            }
            Move(w, f0, y0);
            Move(w + 16, f1, y1);
            Move(w + 32, f2, y2);
            Move(w + 48, f3, y3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V First(float* m, V g)
        {
            V first = L.Load(m);
            first = L.Flush(L.Fma(_oneMinusBeta1, L.Subtract(g, first), first), L.Broadcast(AdamStep.SmallestFirstMoment));
            L.Store(first, m);
            return first;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Second(float* v, V g)
        {
            V second = L.Fma(L.Load(v), _beta2, L.Broadcast(AdamStep.SecondMomentFloor));
            second = L.Fma(L.Multiply(_oneMinusBeta2, g), g, second);
            L.Store(second, v);
            return second;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Move(float* w, V first, V reciprocal) => L.Store(L.Fma(_minusStep, L.Multiply(first, reciprocal), L.Load(w)), w);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Error(V d, V y) => L.FmaNegated(d, y, L.Broadcast(1));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Improve(V d, V y)
        {
            V e = Error(d, y);
            return L.Fma(y, L.Fma(e, e, e), y);
        }
    }
}
