using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>ADWIN: a window over a stream of numbers that drops its oldest part when that part's mean differs from the rest's.</summary>
/// <remarks>
/// An exponential histogram: row i holds up to 5 buckets that stand for 2^i inputs each (total and sum of squared deviations).
/// Every 32 inputs all cuts between buckets are tested: with sub-window lengths n₀, n₁ and means μ₀, μ₁ the oldest bucket is
/// dropped, and the test repeated, while |μ₀ − μ₁| > ε for some cut,
/// ε = √(2·m·v·L) + ⅔·L·m, m = 1/(n₀ − 4) + 1/(n₁ − 4), L = ln(2·ln W/δ), v the variance of the window.
/// <para>O(1) an input amortised, O(log W) at a check; at most 6·(1 + log₂ W) buckets of 16 bytes. Allocates only when the
/// window first outgrows 75, 1,275, 327,675 or 2·10¹⁰ inputs. All arithmetic, the 32-bit products of MOA's
/// implementation included (they wrap from windows of about 130,000 inputs on), is MOA's, bit for bit.</para>
/// Source: Bifet and Gavaldà 2007, Learning from time-changing data with adaptive windowing; MOA's variant.
/// </remarks>
internal sealed class Adwin
{
    /// <summary>The default of the confidence δ: 0.002.</summary>
    public const double DefaultDelta = 0.002;

    private const int RowCapacity = 6;
    private const int MaximumRows = 48;
    private const int CheckInterval = 32;

    private readonly double _delta;
    private double[] _totals = new double[4 * RowCapacity];
    private double[] _deviations = new double[4 * RowCapacity];
    private int[] _counts = new int[4];
    private int _rows = 1;
    private long _inputs, _width;
    private double _total, _deviation;

    /// <summary>Makes an empty window.</summary>
    /// <param name="delta">Confidence δ in [0, 1]: smaller = fewer false cuts. The default is 0.002.</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is outside [0, 1].</exception>
    public Adwin(double delta = DefaultDelta)
    {
        if (!(delta >= 0 && delta <= 1))
            throw new ArgumentOutOfRangeException(nameof(delta), delta, $"deltaAdwin was {delta}; must be in [0, 1].");
        _delta = delta;
    }

    /// <value>Number of inputs in the window, ≥ 0.</value>
    public long Width => _width;

    /// <value>Sum of the inputs in the window.</value>
    public double Total => _total;

    /// <value>Mean of the inputs in the window; NaN when it is empty.</value>
    public double Mean => Total / Width;

    /// <value>Variance of the inputs in the window (divided by the width); NaN when it is empty.</value>
    public double Variance => _deviation / Width;

    /// <value>Size of the state in bytes: rows of six buckets of 16 bytes.</value>
    public long ByteSize => 36 + _rows * (RowCapacity * 16L + 4);

    /// <summary>Takes one input.</summary>
    /// <param name="value">Any finite number; not checked here.</param>
    /// <returns>True when at least one bucket was dropped, whether the mean rose or fell.</returns>
    public bool Add(double value)
    {
        _inputs++;
        Insert(value);
        return _inputs % CheckInterval == 0 && Width > 10 && Shrink();
    }

    /// <summary>Empties the window and sets the input counter to 0.</summary>
    public void Reset()
    {
        _counts.AsSpan(0, _rows).Clear();
        _rows = 1;
        _inputs = 0;
        _width = 0;
        _total = 0;
        _deviation = 0;
    }

    /// <summary>Writes the whole state, or replaces it by one that a window with the same δ wrote.</summary>
    /// <exception cref="StateFormatException">The bytes that are read are not such a state.</exception>
    public void Persist(IState state)
    {
        state.Mark("adwin");
        state.Count(ref _inputs, "a count of the detector");
        state.Count(ref _width, "a count of the detector");
        state.Value(ref _total);
        state.Value(ref _deviation);
        state.Value(ref _rows, 1, MaximumRows, "the number of rows of an ADWIN window");
        if (state.IsReading) MakeRoom();
        long width = 0;
        for (int row = 0; row < _rows; row++)
        {
            state.Value(ref _counts[row], 0, RowCapacity - 1, "the number of buckets in a row of an ADWIN window");
            width += (long)_counts[row] << row;
        }
        for (int row = 0; row < _rows; row++)
        {
            state.Values(_totals.AsSpan(row * RowCapacity, _counts[row]), "totals of an ADWIN row");
            state.Values(_deviations.AsSpan(row * RowCapacity, _counts[row]), "deviations of an ADWIN row");
        }
        if (state.IsReading && width != _width) throw new StateFormatException($"An ADWIN window has width {_width}, but its buckets hold {width} inputs.");
    }

    private void MakeRoom()
    {
        int room = 4;
        while (room < _rows) room *= 2;
        (_totals, _deviations, _counts) = (new double[room * RowCapacity], new double[room * RowCapacity], new int[room]);
    }

    private void Insert(double value)
    {
        _width++;
        if (Width > 1)
        {
            double d = value - Total / (Width - 1);
            _deviation += (Width - 1) * d * d / Width;
        }
        _total += value;
        int count = _counts[0];
        _totals[count] = value;
        _deviations[count] = 0;
        _counts[0] = count + 1;
        if (count + 1 == RowCapacity) MergeFullRows();
    }

    private void MergeFullRows()
    {
        double size = 1;
        for (int row = 0; _counts[row] == RowCapacity; row++, size *= 2)
        {
            if (row + 1 == _rows) AddRow();
            Span<double> totals = _totals.AsSpan(row * RowCapacity, 2 * RowCapacity);
            Span<double> deviations = _deviations.AsSpan(row * RowCapacity, 2 * RowCapacity);
            double d = totals[0] * (1 / size) - totals[1] * (1 / size); // a power of two: as exact as the division
            double product = row < 16 ? size * size : 0; // 2^i·2^i as a 32-bit integer
            int target = RowCapacity + _counts[row + 1]++;
            totals[target] = totals[0] + totals[1];
            deviations[target] = deviations[0] + deviations[1] + product * d * d * (1 / (size + size));
            _counts[row] = RowCapacity - 2;
            for (int i = 0; i < RowCapacity - 2; i++)
            {
                totals[i] = totals[i + 2];
                deviations[i] = deviations[i + 2];
            }
        }
    }

    private void AddRow()
    {
        if (_rows == _counts.Length)
        {
            Array.Resize(ref _counts, 2 * _rows);
            Array.Resize(ref _totals, 2 * _rows * RowCapacity);
            Array.Resize(ref _deviations, 2 * _rows * RowCapacity);
        }
        _counts[_rows++] = 0;
    }

    private bool Shrink()
    {
        bool dropped = false;
        while (HasCut())
        {
            DropOldestBucket();
            dropped = true;
        }
        return dropped;
    }

    /// <summary>Whether some cut between two buckets separates different means.</summary>
    /// <remarks>
    /// The exact test takes four divisions and a root. Since m > W/(n₀·n₁), it cannot hold where
    /// (u₀·n₁ − u₁·n₀)² is below 2·v·L·W·n₀·n₁; that comparison comes first, with a margin far above all rounding errors
    /// of both forms, so that the decision is always the exact test's.
    /// </remarks>
    private bool HasCut()
    {
        double width = Width, n0 = 0, n1 = width, u0 = 0, u1 = Total;
        double v = _deviation / width;
        double l = Math.Log(2 * Math.Log(width) / _delta);
        double bound = 2 * v * l * width * (1 - 1e-9);
        for (int row = _rows - 1; row >= 0; row--)
        {
            int first = row * RowCapacity, end = first + _counts[row];
            if (row == 0) end--; // no cut after the newest bucket
            double size = 1L << row;
            for (int i = first; i < end; i++)
            {
                double total = _totals[i];
                n0 += size;
                n1 -= size;
                u0 += total;
                u1 -= total;
                double a = u0 * n1, b = u1 * n0;
                double difference = Math.Abs(a - b) + 1e-14 * (Math.Abs(a) + Math.Abs(b));
                if (difference * difference < bound * n0 * n1) continue;
                if (n0 > 6 && n1 > 6 && IsCut(n0, u0, n1, u1, v, l)) return true;
            }
        }
        return false;
    }

    private static bool IsCut(double n0, double u0, double n1, double u1, double v, double l)
    {
        double m = 1 / (n0 - 4) + 1 / (n1 - 4);
        double epsilon = Math.Sqrt(2 * m * v * l) + 2.0 / 3 * l * m;
        return Math.Abs(u0 / n0 - u1 / n1) > epsilon;
    }

    private void DropOldestBucket()
    {
        int row = _rows - 1;
        while (_counts[row] == 0) row--;
        int first = row * RowCapacity;
        double q = _totals[first], r = _deviations[first];
        long size = 1L << row;
        _width -= size;
        _total -= q;
        double d = q / size - Total / Width;
        int product = unchecked((int)(size * Width)); // a 32-bit product, as in MOA
        _deviation -= r + product * d * d / (size + Width);
        int count = --_counts[row];
        _totals.AsSpan(first + 1, count).CopyTo(_totals.AsSpan(first));
        _deviations.AsSpan(first + 1, count).CopyTo(_deviations.AsSpan(first));
        while (_rows > 1 && _counts[_rows - 1] == 0) _rows--;
    }
}
