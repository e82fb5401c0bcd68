using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

/// <summary>The counting observers of all nominal attributes of one leaf.</summary>
/// <remarks>
/// Weights lie class by class, within a class attribute by attribute, a row a value: a training instance touches one
/// contiguous run. For the vote there is P(value | class) = (weight + 1) / (sum of the class's weights + V), V = 1 + the
/// highest value seen with the class. With many classes the quotients are kept ready in the same order, behind each class's
/// a 1 for a missing value; up to <see cref="DividingClasses"/> only the denominators are (∞ for a class without a value,
/// which makes P 0), and the vote divides. Both give the same bits.
/// </remarks>
internal sealed class NominalObservers
{
    /// <summary>Up to this many classes the vote divides.</summary>
    public const int DividingClasses = 4;

    private const int DeclaredRowsLimit = 32;
    private readonly bool _bayes;
    private readonly int[] _firstRow;
    private readonly int[] _rowCount;
    private int _classes;
    private int _rows;
    private int[] _lengths = [];
    private double[] _weights = [];
    private double[] _denominators = [];
    private double[] _quotients = [];

    /// <summary>Makes empty observers.</summary>
    /// <param name="rowCounts">Values that have room, an entry an attribute.</param>
    /// <param name="classes">Classes that have room.</param>
    /// <param name="bayes">False when quotients will never be asked for.</param>
    public NominalObservers(int[] rowCounts, int classes, bool bayes)
    {
        _bayes = bayes;
        _rowCount = rowCounts;
        _firstRow = new int[rowCounts.Length];
        LayRows();
        Widen(classes);
    }

    /// <value>True when the quotients are kept ready.</value>
    public bool HasQuotients => _quotients.Length > 0;

    /// <summary>Rows that a new leaf has for an attribute with so many declared values.</summary>
    public static int InitialRows(int declaredValues) => Math.Clamp(declaredValues, 1, DeclaredRowsLimit);

    /// <summary>Bytes of observers with these dimensions.</summary>
    /// <param name="attributeCount">Number of nominal attributes.</param>
    /// <param name="rows">Sum of their row counts.</param>
    /// <param name="classes">Classes that have room.</param>
    /// <param name="bayes">Whether there are denominators and quotients.</param>
    public static long Bytes(int attributeCount, long rows, int classes, bool bayes)
    {
        if (attributeCount == 0) return 0;
        long counted = 224 + 8L * attributeCount + classes * (4L * attributeCount + 8 * rows);
        return counted + (bayes ? classes * (8L * attributeCount + (classes > DividingClasses ? 8 * (rows + 1) : 0)) : 0);
    }

    /// <summary>Bytes of these observers.</summary>
    public long Bytes() => Bytes(_rowCount.Length, _rows, _classes, _bayes);

    /// <summary>Number of values counted for a class: 1 + the highest one seen with it; 0 = none seen.</summary>
    public int Length(int slot, int label) => _lengths[label * _rowCount.Length + slot];

    /// <summary>Weights of an attribute's values within a class.</summary>
    public ReadOnlySpan<double> Weights(int slot, int label) => _weights.AsSpan(label * _rows + _firstRow[slot], Length(slot, label));

    /// <summary>Makes room for more classes.</summary>
    public void Widen(int classes)
    {
        _classes = classes;
        Array.Resize(ref _lengths, classes * _rowCount.Length);
        Array.Resize(ref _weights, checked(classes * _rows));
        if (!_bayes) return;
        int old = _denominators.Length;
        Array.Resize(ref _denominators, classes * _rowCount.Length);
        _denominators.AsSpan(old).Fill(double.PositiveInfinity);
        if (classes > DividingClasses) MakeQuotients();
    }

    /// <summary>Learns one value an attribute.</summary>
    /// <param name="values">As <see cref="InstanceScratch.Nominal"/>; a missing one leaves no trace.</param>
    /// <param name="label">Class index.</param>
    /// <param name="weight">Weight &gt; 0.</param>
    /// <returns>True when room had to be made.</returns>
    public bool Learn(ReadOnlySpan<int> values, int label, double weight)
    {
        bool grew = false;
        int attributes = _rowCount.Length;
        for (int slot = 0; slot < attributes; slot++)
        {
            int value = values[slot];
            if ((uint)value >= (uint)_rowCount[slot])
            {
                if (value == InstanceScratch.Missing) continue;
                GrowRows(slot, value + 1);
                grew = true;
            }
            ref double weights = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_weights), label * _rows + _firstRow[slot]);
            Unsafe.Add(ref weights, (nint)value) += weight;
            ref int length = ref _lengths[label * attributes + slot];
            if (value >= length) length = value + 1;
            if (_bayes) Refresh(slot, label, ref weights, length);
        }
        return grew;
    }

    /// <summary>Finds the rows of an instance's values.</summary>
    /// <param name="values">As <see cref="InstanceScratch.Nominal"/>.</param>
    /// <param name="rows">Receives the row a value; for a missing one the row behind the last.</param>
    /// <returns>False when a value has no row.</returns>
    public bool TryFindRows(ReadOnlySpan<int> values, Span<int> rows)
    {
        bool known = true;
        int[] counts = _rowCount, first = _firstRow;
        for (int slot = 0; slot < counts.Length; slot++)
        {
            int value = values[slot];
            bool inside = (uint)value < (uint)counts[slot];
            rows[slot] = inside ? first[slot] + value : _rows;
            known &= inside | value == InstanceScratch.Missing;
        }
        return known;
    }

    /// <summary>Multiplies every class's vote by the ready quotients of all attributes, in order.</summary>
    /// <param name="rows">What <see cref="TryFindRows"/> found.</param>
    /// <param name="votes">A vote a class.</param>
    public void MultiplyByQuotients(ReadOnlySpan<int> rows, Span<double> votes) => Products.Multiply(votes, _quotients, _rows + 1, rows[.._rowCount.Length]);

    /// <summary>Multiplies every class's vote by P(value | class) of one attribute.</summary>
    /// <param name="slot">The attribute's place.</param>
    /// <param name="value">The value's index; not missing, known or not.</param>
    /// <param name="votes">A vote a class.</param>
    public void Multiply(int slot, int value, Span<double> votes)
    {
        bool inside = (uint)value < (uint)_rowCount[slot];
        int row = _firstRow[slot] + value, attributes = _rowCount.Length;
        double[] weights = _weights, denominators = _denominators;
        for (int c = 0; c < votes.Length; c++)
        {
            double weight = inside ? weights[c * _rows + row] : 0;
            votes[c] *= (weight + 1) / denominators[c * attributes + slot];
        }
    }

    /// <summary>Writes row counts, weights and lengths.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(_rowCount);
        writer.Write(_weights);
        writer.Write(_lengths);
    }

    /// <summary>Reads what <see cref="Save"/> of observers with these dimensions wrote.</summary>
    public static NominalObservers Load(StateReader reader, int attributeCount, int classes, bool bayes)
    {
        int[] rowCounts = new int[attributeCount];
        reader.ReadInto<int>(rowCounts, "rows of nominal observers");
        long rows = 0;
        foreach (int count in rowCounts)
        {
            if (count < 1 || count > AttributePlan.LargestIndex + 1)
                throw new StateFormatException($"A nominal observer has {count} rows; must be in [1, {AttributePlan.LargestIndex + 1}].");
            rows += count;
        }
        double[] weights = reader.ReadArray<double>();
        if (weights.Length != rows * classes)
            throw new StateFormatException($"Nominal observers have {weights.Length} weights; must be {rows} rows × {classes} classes.");
        NominalObservers observers = new(rowCounts, classes, bayes) { _weights = weights };
        reader.ReadInto<int>(observers._lengths, "nominal value counts");
        for (int i = 0; i < observers._lengths.Length; i++)
        {
            int length = observers._lengths[i], most = rowCounts[i % attributeCount];
            if (length < 0 || length > most) throw new StateFormatException($"A nominal observer counts {length} values; must be in [0, {most}].");
            if (bayes) observers.Refresh(i % attributeCount, i / attributeCount);
        }
        return observers;
    }

    private void LayRows()
    {
        _rows = 0;
        for (int slot = 0; slot < _rowCount.Length; slot++)
        {
            _firstRow[slot] = _rows;
            _rows = checked(_rows + _rowCount[slot]);
        }
    }

    private void GrowRows(int slot, int needed)
    {
        int old = _rows, behind = _firstRow[slot] + _rowCount[slot];
        _rowCount[slot] = (int)BitOperations.RoundUpToPowerOf2((uint)needed);
        LayRows();
        double[] wider = new double[checked(_classes * _rows)];
        for (int c = 0; c < _classes; c++)
        {
            ReadOnlySpan<double> from = _weights.AsSpan(c * old, old);
            Span<double> to = wider.AsSpan(c * _rows, _rows);
            from[..behind].CopyTo(to);
            from[behind..].CopyTo(to[(_rows - old + behind)..]);
        }
        _weights = wider;
        if (HasQuotients) MakeQuotients();
    }

    private void MakeQuotients()
    {
        _quotients = new double[checked(_classes * (_rows + 1))];
        for (int c = 0; c < _classes; c++)
        {
            _quotients[c * (_rows + 1) + _rows] = 1;
            for (int slot = 0; slot < _rowCount.Length; slot++) Refresh(slot, c);
        }
    }

    private void Refresh(int slot, int label)
    {
        int length = Length(slot, label);
        if (length > 0) Refresh(slot, label, ref _weights[label * _rows + _firstRow[slot]], length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Refresh(int slot, int label, ref double weights, int length)
    {
        int count = _rowCount[slot];
        ref double denominator = ref _denominators[label * _rowCount.Length + slot];
        if (!HasQuotients)
        {
            denominator = Sum(ref weights, length) + length;
            return;
        }
        ref double quotients = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_quotients), label * (_rows + 1) + _firstRow[slot]);
        if (count == 2)
        {
            // The second weight is 0 as long as the length is 1.
            double first = weights, second = Unsafe.Add(ref weights, 1);
            denominator = first + second + length;
            ((Vector128.Create(first, second) + Vector128<double>.One) / Vector128.Create(denominator)).StoreUnsafe(ref quotients);
            return;
        }
        double divisor = denominator = Sum(ref weights, length) + length;
        for (nint v = 0; v < count; v++) Unsafe.Add(ref quotients, v) = (Unsafe.Add(ref weights, v) + 1) / divisor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(ref double values, int length)
    {
        double sum = 0;
        for (nint v = 0; v < length; v++) sum += Unsafe.Add(ref values, v);
        return sum;
    }
}
