using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

/// <summary>What is known of one numeric attribute within one class.</summary>
internal struct GaussianCell
{
    /// <summary>Weight of the finite values.</summary>
    public double Weight;

    /// <summary>Mean of the finite values.</summary>
    public double Mean;

    /// <summary>Weighted sum of squared deviations from the mean.</summary>
    public double Squares;

    /// <summary>Least value, infinite ones included; NaN as long as there was none.</summary>
    public double Low;

    /// <summary>Greatest value, infinite ones included; NaN as long as there was none.</summary>
    public double High;

    /// <value>True once a value was seen, an infinite one too.</value>
    public readonly bool Exists => !double.IsNaN(Low);

    /// <value>Standard deviation; 0 below two units of weight.</value>
    public readonly double Deviation => Math.Sqrt(Weight > 1 ? Squares / (Weight - 1) : 0);
}

/// <summary>The Gaussian observers of all numeric attributes of one leaf.</summary>
/// <remarks>
/// Cells lie attribute by attribute, within it class by class, padded to the stride. Beside them lie, in the same order,
/// the three terms of each density, ready for the vote: mean, height 1/(√(2π)·σ) and spread (2·σ)·σ.
/// A negative height stands for σ = 0 (the density is then 1 at the mean and 0 elsewhere), height 0 for "no value yet".
/// Sources: Gama, Rocha, Medas 2003 (Gaussian leaves); Welford 1962 (the update, weighted).
/// </remarks>
internal sealed class GaussianObservers
{
    private const double PointMass = -1;
    private readonly int _stride;
    private readonly GaussianCell[] _cells;
    private readonly double[] _means, _heights, _spreads;

    /// <summary>Makes empty observers.</summary>
    /// <param name="attributeCount">Number of numeric attributes, ≥ 1.</param>
    /// <param name="stride">Classes that have room.</param>
    /// <param name="bayes">False when densities will never be asked for.</param>
    public GaussianObservers(int attributeCount, int stride, bool bayes)
    {
        AttributeCount = attributeCount;
        _stride = stride;
        _cells = new GaussianCell[attributeCount * stride];
        foreach (ref GaussianCell cell in _cells.AsSpan()) cell.Low = cell.High = double.NaN;
        int terms = bayes ? TermCount(attributeCount, stride) : 0;
        _means = new double[terms];
        _heights = new double[terms];
        _spreads = new double[terms];
        _spreads.AsSpan().Fill(1);
    }

    /// <value>Number of numeric attributes.</value>
    public int AttributeCount { get; }

    /// <summary>Length of the density buffer: attributes × stride, rounded up to eight.</summary>
    public static int TermCount(int attributeCount, int stride) => (attributeCount * stride + 7) & ~7;

    /// <summary>Bytes of observers with these dimensions.</summary>
    public static long Bytes(int attributeCount, int stride, bool bayes)
        => attributeCount == 0 ? 0 : 160 + 40L * attributeCount * stride + (bayes ? 24L * TermCount(attributeCount, stride) : 0);

    /// <summary>One attribute's cells, an entry a class.</summary>
    public ReadOnlySpan<GaussianCell> Cells(int slot) => _cells.AsSpan(slot * _stride, _stride);

    /// <summary>Learns a value; NaN leaves no trace.</summary>
    public void Learn(int slot, double value, int label, double weight)
    {
        if (double.IsNaN(value)) return;
        int index = slot * _stride + label;
        ref GaussianCell cell = ref _cells[index];
        if (cell.Exists)
        {
            if (value < cell.Low) cell.Low = value;
            if (value > cell.High) cell.High = value;
        }
        else
        {
            cell.Low = cell.High = value;
        }
        if (double.IsInfinity(value)) return;
        if (cell.Weight > 0)
        {
            cell.Weight += weight;
            double moved = weight * (value - cell.Mean);
            cell.Mean += moved / cell.Weight;
            cell.Squares += moved * (value - cell.Mean);
        }
        else
        {
            cell.Weight = weight;
            cell.Mean = value;
            cell.Squares = 0;
        }
        if (_means.Length > 0) Refresh(index, cell);
    }

    /// <summary>Densities of all attributes and classes at the instance, in the order of the cells.</summary>
    /// <param name="values">The values, each repeated stride times; length as <see cref="TermCount"/>.</param>
    /// <param name="densities">Receives the densities; length as <see cref="TermCount"/>.</param>
    public void Densities(ReadOnlySpan<double> values, Span<double> densities)
    {
        int count = _means.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(densities.Length, count);
        ref double value = ref MemoryMarshal.GetReference(values), density = ref MemoryMarshal.GetReference(densities);
        ref double mean = ref MemoryMarshal.GetArrayDataReference(_means);
        ref double height = ref MemoryMarshal.GetArrayDataReference(_heights);
        ref double spread = ref MemoryMarshal.GetArrayDataReference(_spreads);
        if (Vector512.IsHardwareAccelerated)
        {
            for (nuint i = 0; i < (nuint)count; i += 8)
                Density(Vector512.LoadUnsafe(ref value, i), Vector512.LoadUnsafe(ref mean, i),
                    Vector512.LoadUnsafe(ref height, i), Vector512.LoadUnsafe(ref spread, i)).StoreUnsafe(ref density, i);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (nuint i = 0; i < (nuint)count; i += 4)
                Density(Vector256.LoadUnsafe(ref value, i), Vector256.LoadUnsafe(ref mean, i),
                    Vector256.LoadUnsafe(ref height, i), Vector256.LoadUnsafe(ref spread, i)).StoreUnsafe(ref density, i);
        }
        else
        {
            for (int i = 0; i < count; i++) densities[i] = Density(values[i], _means[i], _heights[i], _spreads[i]);
        }
    }

    /// <summary>The same observers with room for more classes.</summary>
    public GaussianObservers WithStride(int stride)
    {
        GaussianObservers wider = new(AttributeCount, stride, _means.Length > 0);
        for (int slot = 0; slot < AttributeCount; slot++) Cells(slot).CopyTo(wider._cells.AsSpan(slot * stride));
        wider.RefreshAll();
        return wider;
    }

    /// <summary>Writes the cells.</summary>
    public void Save(StateWriter writer) => writer.Write<double>(MemoryMarshal.Cast<GaussianCell, double>(_cells));

    /// <summary>Reads the cells that observers of the same dimensions wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.ReadInto(MemoryMarshal.Cast<GaussianCell, double>(_cells.AsSpan()), "numeric observers");
        RefreshAll();
    }

    private void RefreshAll()
    {
        if (_means.Length == 0) return;
        for (int i = 0; i < _cells.Length; i++) Refresh(i, _cells[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Refresh(int index, in GaussianCell cell)
    {
        double deviation = cell.Deviation;
        bool spreads = deviation > 0;
        _means[index] = cell.Mean;
        _heights[index] = spreads ? 1 / (NormalDistribution.RootTwoPi * deviation) : cell.Weight > 0 ? PointMass : 0;
        _spreads[index] = spreads ? 2 * deviation * deviation : 1;
    }

    private static double Density(double value, double mean, double height, double spread)
    {
        double distance = value - mean;
        if (height < 0) return distance == 0 ? 1 : 0;
        return height * VectorExp.Exp(-(distance * distance / spread));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Density(Vector256<double> value, Vector256<double> mean, Vector256<double> height, Vector256<double> spread)
    {
        Vector256<double> distance = value - mean;
        Vector256<double> density = height * VectorExp.Exp(-(distance * distance / spread));
        Vector256<double> point = Vector256.ConditionalSelect(Vector256.Equals(distance, Vector256<double>.Zero), Vector256<double>.One, Vector256<double>.Zero);
        return Vector256.ConditionalSelect(Vector256.LessThan(height, Vector256<double>.Zero), point, density);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Density(Vector512<double> value, Vector512<double> mean, Vector512<double> height, Vector512<double> spread)
    {
        Vector512<double> distance = value - mean;
        Vector512<double> density = height * VectorExp.Exp(-(distance * distance / spread));
        Vector512<double> point = Vector512.ConditionalSelect(Vector512.Equals(distance, Vector512<double>.Zero), Vector512<double>.One, Vector512<double>.Zero);
        return Vector512.ConditionalSelect(Vector512.LessThan(height, Vector512<double>.Zero), point, density);
    }
}
