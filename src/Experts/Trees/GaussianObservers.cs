using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

/// <summary>The Gaussian observers of all numeric attributes of one leaf.</summary>
/// <remarks>
/// Every figure has its own array, class by class, within a class attribute by attribute, padded to a multiple of four: a
/// training instance touches one contiguous run of each, and four attributes learn at a time. Two of the arrays are ready
/// terms of the densities: the height 1/(√(2π)·σ) and the spread (2·σ)·σ. A negative height stands for σ = 0 (the density
/// is then 1 at the mean and 0 elsewhere), height 0 for "no value yet". A missing value has density 1, so it changes no product.
/// Sources: Gama, Rocha and Medas 2003 (Gaussian leaves); Welford 1962 (the update, here weighted).
/// </remarks>
internal sealed class GaussianObservers
{
    private const double PointMass = -1;
    private readonly int _padded;
    private readonly bool _bayes;
    private double[] _weights = [], _means = [], _squares = [], _lows = [], _highs = [], _heights = [], _spreads = [];

    /// <summary>Makes empty observers.</summary>
    /// <param name="attributeCount">Number of numeric attributes, ≥ 1.</param>
    /// <param name="classes">Classes that have room.</param>
    /// <param name="bayes">False when densities will never be asked for.</param>
    public GaussianObservers(int attributeCount, int classes, bool bayes)
    {
        _padded = Padded(attributeCount);
        _bayes = bayes;
        Widen(classes);
    }

    /// <summary>Room that a class takes in each array: the attributes rounded up to a multiple of four.</summary>
    public static int Padded(int attributeCount) => (attributeCount + 3) & ~3;

    /// <summary>Bytes of observers with these dimensions.</summary>
    public static long Bytes(int attributeCount, int classes, bool bayes)
        => attributeCount == 0 ? 0 : 88 + (bayes ? 7 : 5) * (24 + 8L * classes * Padded(attributeCount));

    /// <summary>What is known of an attribute within a class.</summary>
    public GaussianCell Cell(int slot, int label)
    {
        int i = label * _padded + slot;
        return new GaussianCell(_weights[i], _means[i], _squares[i], _lows[i], _highs[i]);
    }

    /// <summary>Makes room for more classes.</summary>
    public void Widen(int classes)
    {
        int old = _weights.Length, length = checked(classes * _padded);
        Array.Resize(ref _weights, length);
        Array.Resize(ref _means, length);
        Array.Resize(ref _squares, length);
        Array.Resize(ref _lows, length);
        Array.Resize(ref _highs, length);
        _lows.AsSpan(old).Fill(double.NaN);
        _highs.AsSpan(old).Fill(double.NaN);
        if (!_bayes) return;
        Array.Resize(ref _heights, length);
        Array.Resize(ref _spreads, length);
        _spreads.AsSpan(old).Fill(1);
    }

    /// <summary>Learns one value an attribute.</summary>
    /// <param name="values">As <see cref="InstanceScratch.Numeric"/>; NaN leaves no trace, ±∞ moves only the least and greatest value.</param>
    /// <param name="label">Class index.</param>
    /// <param name="weight">Weight &gt; 0.</param>
    public void Learn(ReadOnlySpan<double> values, int label, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, _padded);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)label, (uint)(_weights.Length / _padded));
        Vector256<double> added = Vector256.Create(weight);
        ref double value = ref MemoryMarshal.GetReference(values);
        for (nuint slot = 0, i = (nuint)(label * _padded); slot < (nuint)_padded; slot += 4, i += 4)
            Learn(Vector256.LoadUnsafe(ref value, slot), added, i);
    }

    /// <summary>Densities of all attributes for the first classes, class by class, each class padded.</summary>
    /// <param name="values">As <see cref="InstanceScratch.Numeric"/>.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="densities">Length ≥ classes × padded attributes; 1 where the value is missing.</param>
    public void Densities(ReadOnlySpan<double> values, int classes, Span<double> densities)
    {
        int length = classes * _padded;
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, _padded);
        ArgumentOutOfRangeException.ThrowIfLessThan(densities.Length, length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _heights.Length);
        nuint wide = Vector512.IsHardwareAccelerated ? (nuint)_padded & ~(nuint)7 : 0;
        ref double value = ref MemoryMarshal.GetReference(values);
        ref double density = ref MemoryMarshal.GetReference(densities);
        ref double mean = ref MemoryMarshal.GetArrayDataReference(_means);
        ref double height = ref MemoryMarshal.GetArrayDataReference(_heights);
        ref double spread = ref MemoryMarshal.GetArrayDataReference(_spreads);
        nuint i = 0;
        if (_padded == 4 && Vector512.IsHardwareAccelerated)
        {
            // Two classes at a time.
            Vector256<double> own = Vector256.LoadUnsafe(ref value);
            Vector512<double> twice = Vector512.Create(own, own);
            for (; i + 8 <= (nuint)length; i += 8)
                Density(twice, Vector512.LoadUnsafe(ref mean, i), Vector512.LoadUnsafe(ref height, i), Vector512.LoadUnsafe(ref spread, i)).StoreUnsafe(ref density, i);
        }
        while (i < (nuint)length)
        {
            nuint slot = 0;
            for (; slot < wide; slot += 8, i += 8)
                Density(Vector512.LoadUnsafe(ref value, slot), Vector512.LoadUnsafe(ref mean, i),
                    Vector512.LoadUnsafe(ref height, i), Vector512.LoadUnsafe(ref spread, i)).StoreUnsafe(ref density, i);
            for (; slot < (nuint)_padded; slot += 4, i += 4)
                Density(Vector256.LoadUnsafe(ref value, slot), Vector256.LoadUnsafe(ref mean, i),
                    Vector256.LoadUnsafe(ref height, i), Vector256.LoadUnsafe(ref spread, i)).StoreUnsafe(ref density, i);
        }
    }

    /// <summary>Writes what was learned.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(_weights);
        writer.Write(_means);
        writer.Write(_squares);
        writer.Write(_lows);
        writer.Write(_highs);
    }

    /// <summary>Reads what <see cref="Save"/> of observers with these dimensions wrote.</summary>
    public static GaussianObservers Load(StateReader reader, int attributeCount, int classes, bool bayes)
    {
        double[] weights = reader.ReadArray<double>();
        if (weights.Length != (long)Padded(attributeCount) * classes)
            throw new StateFormatException($"Numeric observers have {weights.Length} weights; must be {Padded(attributeCount)} × {classes} classes.");
        GaussianObservers observers = new(attributeCount, classes, bayes) { _weights = weights };
        reader.ReadInto<double>(observers._means, "means");
        reader.ReadInto<double>(observers._squares, "squared deviations");
        reader.ReadInto<double>(observers._lows, "least values");
        reader.ReadInto<double>(observers._highs, "greatest values");
        if (bayes)
            for (nuint i = 0; i < (nuint)weights.Length; i += 4) observers.Refresh(i);
        return observers;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Learn(Vector256<double> value, Vector256<double> added, nuint i)
    {
        ref double weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref double means = ref MemoryMarshal.GetArrayDataReference(_means);
        ref double squares = ref MemoryMarshal.GetArrayDataReference(_squares);
        LearnRange(ref MemoryMarshal.GetArrayDataReference(_lows), ref MemoryMarshal.GetArrayDataReference(_highs), value, i);
        Vector256<double> weight = Vector256.LoadUnsafe(ref weights, i), mean = Vector256.LoadUnsafe(ref means, i), square = Vector256.LoadUnsafe(ref squares, i);
        Vector256<double> finite = Vector256.LessThan(Vector256.Abs(value), Vector256.Create(double.PositiveInfinity));
        Vector256<double> later = Vector256.GreaterThan(weight, Vector256<double>.Zero);
        Vector256<double> newWeight = weight + added;
        Vector256<double> moved = added * (value - mean);
        Vector256<double> newMean = Vector256.ConditionalSelect(later, mean + moved / newWeight, value);
        Vector256<double> newSquare = Vector256.ConditionalSelect(later, square + moved * (value - newMean), Vector256<double>.Zero);
        Vector256.ConditionalSelect(finite, newWeight, weight).StoreUnsafe(ref weights, i);
        Vector256.ConditionalSelect(finite, newMean, mean).StoreUnsafe(ref means, i);
        Vector256.ConditionalSelect(finite, newSquare, square).StoreUnsafe(ref squares, i);
        if (_bayes) Refresh(i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LearnRange(ref double lows, ref double highs, Vector256<double> value, nuint i)
    {
        Vector256<double> low = Vector256.LoadUnsafe(ref lows, i), high = Vector256.LoadUnsafe(ref highs, i);
        Vector256<double> first = Vector256.Equals(value, value) & ~Vector256.Equals(low, low);
        Vector256.ConditionalSelect(Vector256.LessThan(value, low) | first, value, low).StoreUnsafe(ref lows, i);
        Vector256.ConditionalSelect(Vector256.GreaterThan(value, high) | first, value, high).StoreUnsafe(ref highs, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Refresh(nuint i)
    {
        Vector256<double> weight = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_weights), i), one = Vector256<double>.One;
        Vector256<double> square = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_squares), i);
        Vector256<double> variance = Vector256.ConditionalSelect(Vector256.GreaterThan(weight, one), square / (weight - one), Vector256<double>.Zero);
        Vector256<double> deviation = Vector256.Sqrt(variance), spreads = Vector256.GreaterThan(deviation, Vector256<double>.Zero);
        Vector256<double> point = Vector256.GreaterThan(weight, Vector256<double>.Zero) & Vector256.Create(PointMass);
        Vector256.ConditionalSelect(spreads, one / (Vector256.Create(NormalDistribution.RootTwoPi) * deviation), point)
            .StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(_heights), i);
        Vector256.ConditionalSelect(spreads, Vector256.Create(2.0) * deviation * deviation, one)
            .StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(_spreads), i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Density(Vector256<double> value, Vector256<double> mean, Vector256<double> height, Vector256<double> spread)
    {
        Vector256<double> distance = value - mean, one = Vector256<double>.One;
        Vector256<double> density = height * VectorExp.Exp(-(distance * distance / spread));
        Vector256<double> point = Vector256.Equals(distance, Vector256<double>.Zero) & one;
        density = Vector256.ConditionalSelect(Vector256.LessThan(height, Vector256<double>.Zero), point, density);
        return Vector256.ConditionalSelect(Vector256.Equals(value, value), density, one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Density(Vector512<double> value, Vector512<double> mean, Vector512<double> height, Vector512<double> spread)
    {
        Vector512<double> distance = value - mean, one = Vector512<double>.One;
        Vector512<double> density = height * VectorExp.Exp(-(distance * distance / spread));
        Vector512<double> point = Vector512.Equals(distance, Vector512<double>.Zero) & one;
        density = Vector512.ConditionalSelect(Vector512.LessThan(height, Vector512<double>.Zero), point, density);
        return Vector512.ConditionalSelect(Vector512.Equals(value, value), density, one);
    }
}
