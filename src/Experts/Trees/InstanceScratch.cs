using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Trees;

/// <summary>An instance in the order of a plan, and room to work out its votes; one a learner, so that nothing is allocated an instance.</summary>
internal sealed class InstanceScratch
{
    /// <summary>Stands for a nominal value that is not there.</summary>
    public const int Missing = int.MinValue;

    private AttributePlan? _plan;

    /// <value>The numeric values in plan order, NaN = missing; behind them NaN up to a multiple of four.</value>
    public double[] Numeric { get; private set; } = [];

    /// <value>The integer parts of the nominal values in plan order, <see cref="Missing"/> where there is none.</value>
    public int[] Nominal { get; private set; } = [];

    /// <value>Room for a row number a nominal attribute.</value>
    public int[] Rows { get; private set; } = [];

    /// <value>Room for a vote a class, rounded up to a multiple of four.</value>
    public double[] Votes { get; private set; } = [];

    /// <value>Room for a density a class and numeric attribute.</value>
    public double[] Densities { get; private set; } = [];

    /// <summary>Makes sure of room for so many classes and all attributes of a plan; shrinks nothing.</summary>
    public void Reserve(AttributePlan plan, int classes)
    {
        int padded = GaussianObservers.Padded(plan.Numeric.Length);
        if (Numeric.Length < padded) Numeric = new double[padded];
        if (Nominal.Length < plan.Nominal.Length)
        {
            Nominal = new int[plan.Nominal.Length];
            Rows = new int[plan.Nominal.Length];
        }
        if (Votes.Length < classes) Votes = new double[SufficientStatistics.Room(classes)];
        if (Densities.Length < padded * classes) Densities = new double[padded * classes];
        _plan = null;
    }

    /// <summary>Takes an instance.</summary>
    /// <returns>False when a nominal value cannot be learned: it is negative or above <see cref="AttributePlan.LargestIndex"/>.</returns>
    public bool Take(ReadOnlySpan<double> features, AttributePlan plan)
    {
        int[] numeric = plan.Numeric;
        double[] values = Numeric;
        if (plan.IsPlain) CopyPlain(features[..numeric.Length], values);
        else
            for (int slot = 0; slot < numeric.Length; slot++) values[slot] = features[numeric[slot]];
        if (_plan != plan)
        {
            values.AsSpan(numeric.Length).Fill(double.NaN);
            _plan = plan;
        }
        int[] nominal = plan.Nominal, indices = Nominal;
        bool learnable = true;
        for (int slot = 0; slot < nominal.Length; slot++)
        {
            double value = features[nominal[slot]];
            int index = double.IsNaN(value) ? Missing : (int)value;
            indices[slot] = index;
            learnable &= (uint)index <= AttributePlan.LargestIndex | index == Missing;
        }
        return learnable;
    }

    /// <summary>Takes an instance that is to be learned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above <see cref="AttributePlan.LargestIndex"/>.</exception>
    public void TakeToLearn(ReadOnlySpan<double> features, int label, AttributePlan plan)
    {
        if ((uint)label > AttributePlan.LargestIndex)
            throw new ArgumentOutOfRangeException(nameof(label), label, $"label was {label}; must be in [0, {AttributePlan.LargestIndex}].");
        if (Take(features, plan)) return;
        int slot = Array.FindIndex(Nominal, i => (uint)i > AttributePlan.LargestIndex && i != Missing), attribute = plan.Nominal[slot];
        throw new ArgumentOutOfRangeException(nameof(features), features[attribute],
            $"Nominal attribute {attribute} was {features[attribute]}; must be in [0, {AttributePlan.LargestIndex}] or missing.");
    }

    // In steps of four, each stored at once: the observers load fours, and a load over several small stores waits for them all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPlain(ReadOnlySpan<double> features, double[] values)
    {
        ref double from = ref MemoryMarshal.GetReference(features), to = ref MemoryMarshal.GetArrayDataReference(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, GaussianObservers.Padded(features.Length), nameof(values));
        nuint slot = 0, whole = (nuint)features.Length & ~(nuint)3;
        for (; slot < whole; slot += 4) Vector256.LoadUnsafe(ref from, slot).StoreUnsafe(ref to, slot);
        ref double rest = ref Unsafe.Add(ref from, slot);
        switch (features.Length & 3)
        {
            case 1: Vector256.Create(rest, double.NaN, double.NaN, double.NaN).StoreUnsafe(ref to, slot); break;
            case 2: Vector256.Create(rest, Unsafe.Add(ref rest, 1), double.NaN, double.NaN).StoreUnsafe(ref to, slot); break;
            case 3: Vector256.Create(rest, Unsafe.Add(ref rest, 1), Unsafe.Add(ref rest, 2), double.NaN).StoreUnsafe(ref to, slot); break;
        }
    }
}
