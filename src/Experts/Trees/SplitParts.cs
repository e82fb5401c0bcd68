using StreamMoe.Experts.Numerics;

namespace StreamMoe.Experts.Trees;

/// <summary>Class weights of the branches of a candidate split, as a leaf's observers saw them.</summary>
/// <remarks>A buffer that is filled anew for every candidate; it allocates only while it grows. Each part is a growing vector.</remarks>
internal sealed class SplitParts
{
    private GaussianCell[] _cells = [];
    private double[] _deviations = [];
    private double[] _rows = [];
    private int[] _lengths = new int[2];
    private int _classes;

    /// <value>Number of parts.</value>
    public int Count { get; private set; }

    /// <summary>Class weights of a part, in its own length.</summary>
    public ReadOnlySpan<double> this[int part] => _rows.AsSpan(part * _classes, _lengths[part]);

    /// <summary>Fills in the parts of a test.</summary>
    public void Divide(SufficientStatistics leaf, int slot, SplitTest test)
    {
        if (test.Kind == SplitTestKind.Multiway)
        {
            DivideByValue(leaf, ~slot);
        }
        else if (test.Kind == SplitTestKind.OneVersusRest)
        {
            DivideOneVersusRest(leaf, ~slot, (int)test.Operand);
        }
        else
        {
            TakeCells(leaf, slot);
            DivideAt(test.Operand);
        }
    }

    /// <summary>Takes a numeric attribute's cells, for <see cref="DivideAt"/>.</summary>
    /// <returns>The least and the greatest value; (∞, −∞) when there was none.</returns>
    public (double Low, double High) TakeCells(SufficientStatistics leaf, int slot)
    {
        Clear(leaf.ClassCount, 2);
        if (_cells.Length < _classes)
        {
            _cells = new GaussianCell[_classes];
            _deviations = new double[_classes];
        }
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int c = 0; c < _classes; c++)
        {
            GaussianCell cell = _cells[c] = leaf.Numeric!.Cell(slot, c);
            _deviations[c] = cell.Deviation;
            if (cell.Low < low) low = cell.Low;
            if (cell.High > high) high = cell.High;
        }
        return (low, high);
    }

    /// <summary>Divides the cells taken last at a threshold.</summary>
    public void DivideAt(double threshold)
    {
        Clear(_classes, 2);
        for (int c = 0; c < _classes; c++)
        {
            ref readonly GaussianCell cell = ref _cells[c];
            if (!cell.Exists) continue;
            if (threshold < cell.Low)
            {
                Set(1, c, cell.Weight);
            }
            else if (threshold >= cell.High)
            {
                Set(0, c, cell.Weight);
            }
            else
            {
                (double left, double right) = DivideCell(threshold, cell, _deviations[c]);
                Set(0, c, left);
                Set(1, c, right);
            }
        }
    }

    /// <summary>Number of values of a nominal attribute: 1 + the highest seen with any class.</summary>
    public static int ValueCount(SufficientStatistics leaf, int slot)
    {
        int values = 0;
        for (int c = 0; c < leaf.ClassCount; c++) values = Math.Max(values, leaf.Nominal!.Length(slot, c));
        return values;
    }

    /// <summary>Divides a nominal attribute into a part a value.</summary>
    public void DivideByValue(SufficientStatistics leaf, int slot)
    {
        Clear(leaf.ClassCount, ValueCount(leaf, slot));
        for (int c = 0; c < _classes; c++)
        {
            ReadOnlySpan<double> weights = leaf.Nominal!.Weights(slot, c);
            for (int v = 0; v < weights.Length; v++) Set(v, c, weights[v]);
        }
    }

    /// <summary>Divides a nominal attribute into one value and the rest.</summary>
    public void DivideOneVersusRest(SufficientStatistics leaf, int slot, int value)
    {
        Clear(leaf.ClassCount, 2);
        for (int c = 0; c < _classes; c++)
        {
            ReadOnlySpan<double> weights = leaf.Nominal!.Weights(slot, c);
            double rest = 0;
            for (int v = 0; v < weights.Length; v++)
                if (v != value) rest += weights[v];
            if (value < weights.Length) Set(0, c, weights[value]);
            if (weights.Length > (value == 0 ? 1 : 0)) Set(1, c, rest);
        }
    }

    /// <summary>The parts, an array of its own length each.</summary>
    public double[][] ToArrays()
    {
        double[][] parts = new double[Count][];
        for (int j = 0; j < parts.Length; j++) parts[j] = this[j].ToArray();
        return parts;
    }

    private void Clear(int classes, int count)
    {
        (_classes, Count) = (classes, count);
        if (_lengths.Length < count) _lengths = new int[count];
        if (_rows.Length < count * classes) _rows = new double[count * classes];
        _lengths.AsSpan(0, count).Clear();
        _rows.AsSpan(0, count * classes).Clear();
    }

    private void Set(int part, int label, double weight)
    {
        _rows[part * _classes + label] = weight;
        _lengths[part] = label + 1;
    }

    private static (double Left, double Right) DivideCell(double threshold, in GaussianCell cell, double deviation)
    {
        double distance = threshold - cell.Mean, equal, less;
        if (deviation > 0)
        {
            double density = cell.Weight > 0 ? 1 / (NormalDistribution.RootTwoPi * deviation) * Math.Exp(-(distance * distance / (2 * deviation * deviation))) : 0;
            equal = density * cell.Weight;
            less = NormalDistribution.Cumulative(distance / deviation) * cell.Weight - equal;
        }
        else
        {
            equal = cell.Weight > 0 && distance == 0 ? cell.Weight : 0;
            less = threshold < cell.Mean ? cell.Weight - equal : 0;
        }
        double greater = cell.Weight - equal - less;
        return (less + equal, greater < 0 ? 0 : greater);
    }
}
