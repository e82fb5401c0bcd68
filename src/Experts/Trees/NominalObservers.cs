using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

/// <summary>The counting observers of all nominal attributes of one leaf.</summary>
/// <remarks>
/// Rows of weights, a row a value of an attribute, within it an entry a class, padded to the stride. Before the rows of each
/// attribute lies one more that stays 0: that of every value beyond them. For the vote there is P(value | class) =
/// (weight + 1) / (sum of the class's weights + V), V = 1 + the highest value seen with the class: for many classes the
/// quotients are kept ready in rows of the same order, for at most <see cref="DividingStride"/> only the denominators are
/// (∞ for a class without a value, which makes P 0), and the vote divides; both give the same bits.
/// </remarks>
internal sealed class NominalObservers
{
    /// <summary>Up to this many classes the vote divides.</summary>
    public const int DividingStride = 4;

    /// <summary>A value that is not there.</summary>
    public const int Missing = -1;

    private const int DeclaredRowsLimit = 32;
    private readonly int _stride;
    private readonly bool _bayes;
    private readonly int[] _firstRow;
    private readonly int[] _rowCount;
    private readonly int[] _lengths;
    private readonly double[] _denominators;
    private double[] _weights;
    private double[] _quotients;

    /// <summary>Makes empty observers.</summary>
    /// <param name="rowCounts">Values that have room, an entry an attribute.</param>
    /// <param name="stride">Classes that have room.</param>
    /// <param name="bayes">False when quotients will never be asked for.</param>
    public NominalObservers(int[] rowCounts, int stride, bool bayes)
    {
        _stride = stride;
        _bayes = bayes;
        _rowCount = rowCounts;
        _firstRow = new int[rowCounts.Length];
        int rows = LayRows();
        _lengths = new int[rowCounts.Length * stride];
        _weights = new double[rows * stride];
        _denominators = new double[bayes && Divides ? rowCounts.Length * stride : 0];
        _denominators.AsSpan().Fill(double.PositiveInfinity);
        _quotients = new double[bayes && !Divides ? rows * stride : 0];
    }

    /// <value>Number of nominal attributes.</value>
    public int AttributeCount => _rowCount.Length;

    /// <value>Values that have room, an entry an attribute.</value>
    public ReadOnlySpan<int> RowCounts => _rowCount;

    private bool Divides => _stride <= DividingStride;

    /// <summary>Rows that a new leaf has for an attribute with so many declared values.</summary>
    public static int InitialRows(int declaredValues) => Math.Clamp(declaredValues, 1, DeclaredRowsLimit);

    /// <summary>Bytes of observers with these dimensions.</summary>
    /// <param name="attributeCount">Number of nominal attributes.</param>
    /// <param name="rows">Sum of their row counts.</param>
    /// <param name="stride">Classes that have room.</param>
    /// <param name="bayes">Whether quotients are kept.</param>
    public static long Bytes(int attributeCount, long rows, int stride, bool bayes)
    {
        if (attributeCount == 0) return 0;
        bool divides = stride <= DividingStride;
        long weights = 8 * (rows + attributeCount) * stride;
        return 208 + 8L * attributeCount + 4L * attributeCount * stride + weights
            + (!bayes ? 0 : divides ? 8L * attributeCount * stride : weights);
    }

    /// <summary>Bytes of these observers.</summary>
    public long Bytes() => Bytes(AttributeCount, Rows(), _stride, _bayes);

    /// <summary>Number of values counted for a class: 1 + the highest one seen with it; 0 = none seen.</summary>
    public int Length(int slot, int label) => _lengths[slot * _stride + label];

    /// <summary>Weights of one value, an entry a class.</summary>
    public ReadOnlySpan<double> Weights(int slot, int value) => _weights.AsSpan((_firstRow[slot] + 1 + value) * _stride, _stride);

    /// <summary>Weights of the first values, row by row, and whatever follows.</summary>
    public ReadOnlySpan<double> WeightRows(int slot) => _weights.AsSpan((_firstRow[slot] + 1) * _stride);

    /// <summary>Learns a value.</summary>
    /// <param name="slot">The attribute's place.</param>
    /// <param name="value">Value index ≥ 0, or <see cref="Missing"/>, which leaves no trace.</param>
    /// <param name="label">Class index.</param>
    /// <param name="weight">Weight &gt; 0.</param>
    /// <returns>True when room had to be made.</returns>
    public bool Learn(int slot, int value, int label, double weight)
    {
        if (value == Missing) return false;
        bool grows = value >= _rowCount[slot];
        if (grows) GrowRows(slot, value + 1);
        _weights[(_firstRow[slot] + 1 + value) * _stride + label] += weight;
        ref int length = ref _lengths[slot * _stride + label];
        if (value >= length) length = value + 1;
        if (_bayes) Refresh(slot, label, length);
        return grows;
    }

    /// <summary>Multiplies every class's vote by P(value | class).</summary>
    /// <param name="slot">The attribute's place.</param>
    /// <param name="value">The value as given; not NaN.</param>
    /// <param name="votes">Length ≥ stride.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply(int slot, double value, ref double votes)
    {
        uint rows = (uint)_rowCount[slot];
        uint index = value < rows && value > -1 ? (uint)(int)value + 1 : 0;
        nuint row = ((uint)_firstRow[slot] + index) * (nuint)_stride;
        if (Divides)
        {
            ref double weights = ref MemoryMarshal.GetArrayDataReference(_weights);
            ref double denominators = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_denominators), slot * _stride);
            for (nuint c = 0; c < (nuint)_stride; c += 2)
                (Vector128.LoadUnsafe(ref votes, c) * ((Vector128.LoadUnsafe(ref weights, row + c) + Vector128<double>.One) / Vector128.LoadUnsafe(ref denominators, c))).StoreUnsafe(ref votes, c);
            return;
        }
        ref double quotients = ref MemoryMarshal.GetArrayDataReference(_quotients);
        for (nuint c = 0; c < (nuint)_stride; c += 8)
            (Vector512.LoadUnsafe(ref votes, c) * Vector512.LoadUnsafe(ref quotients, row + c)).StoreUnsafe(ref votes, c);
    }

    /// <summary>The same observers with room for more classes.</summary>
    public NominalObservers WithStride(int stride)
    {
        NominalObservers wider = new([.. _rowCount], stride, _bayes);
        for (int row = 0; row < _weights.Length / _stride; row++)
            _weights.AsSpan(row * _stride, _stride).CopyTo(wider._weights.AsSpan(row * stride));
        for (int slot = 0; slot < AttributeCount; slot++)
            _lengths.AsSpan(slot * _stride, _stride).CopyTo(wider._lengths.AsSpan(slot * stride));
        wider.RefreshAll();
        return wider;
    }

    /// <summary>Writes weights and lengths.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(_weights);
        writer.Write(_lengths);
    }

    /// <summary>Reads what observers of the same dimensions wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.ReadInto<double>(_weights, "nominal observers");
        reader.ReadInto<int>(_lengths, "nominal value counts");
        for (int i = 0; i < _lengths.Length; i++)
            if (_lengths[i] < 0 || _lengths[i] > _rowCount[i / _stride])
                throw new StateFormatException($"A nominal observer counts {_lengths[i]} values; must be in [0, {_rowCount[i / _stride]}].");
        RefreshAll();
    }

    private long Rows()
    {
        long rows = 0;
        foreach (int count in _rowCount) rows += count;
        return rows;
    }

    private int LayRows()
    {
        int rows = 0;
        for (int slot = 0; slot < _rowCount.Length; slot++)
        {
            _firstRow[slot] = rows;
            rows = checked(rows + _rowCount[slot] + 1);
        }
        return rows;
    }

    private void GrowRows(int slot, int needed)
    {
        int old = _rowCount[slot], more = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed) - old;
        int behind = (_firstRow[slot] + 1 + old) * _stride, gap = more * _stride;
        _weights = WithGap(_weights, behind, gap);
        if (_quotients.Length > 0) _quotients = WithGap(_quotients, behind, gap);
        _rowCount[slot] += more;
        LayRows();
        if (!_bayes || Divides) return;
        for (int label = 0; label < _stride; label++)
            if (Length(slot, label) > 0) Refresh(slot, label, Length(slot, label));
    }

    private static double[] WithGap(double[] rows, int at, int gap)
    {
        double[] wider = new double[rows.Length + gap];
        rows.AsSpan(0, at).CopyTo(wider);
        rows.AsSpan(at).CopyTo(wider.AsSpan(at + gap));
        return wider;
    }

    private void RefreshAll()
    {
        if (!_bayes) return;
        for (int slot = 0; slot < AttributeCount; slot++)
            for (int label = 0; label < _stride; label++)
                if (Length(slot, label) > 0) Refresh(slot, label, Length(slot, label));
    }

    private void Refresh(int slot, int label, int length)
    {
        int first = _firstRow[slot] * _stride + label;
        double sum = 0;
        for (int i = 1, at = first + _stride; i <= length; i++, at += _stride) sum += _weights[at];
        double denominator = sum + length;
        if (Divides)
        {
            _denominators[slot * _stride + label] = denominator;
            return;
        }
        int behind = first + (_rowCount[slot] + 1) * _stride;
        for (int at = first; at < behind; at += _stride) _quotients[at] = (_weights[at] + 1) / denominator;
    }
}
