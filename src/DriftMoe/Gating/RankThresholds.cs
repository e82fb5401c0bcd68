using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>Where to draw the line in each class's pooled ranks: where the product of the hit rates inside and outside the class is largest.</summary>
/// <remarks>Decayed histograms of their logit, of rows of the class (the last 300 or so) and of others (5,000), in 96 bins of 0.25; the best line over sums
/// of seven bins, approached by a tenth of the way every 16 rows, and blended with a first line at 0.8 while rows are few. Memory: 1,552 bytes a class.</remarks>
internal sealed class RankThresholds
{
    private const int Bins = 96, Smoothing = 3, RenewEvery = 16, SparseFrom = 500, SparseEvery = 4;
    private const double Lowest = -12, Width = 0.25, OwnMemory = 300, OtherMemory = 5000, Trust = 10, Step = 0.1;
    private static readonly double s_first = Math.Log(0.8 / 0.2);

    private double[] _own = [], _others = [], _lines = [], _ownRows = [], _otherRows = [];
    private readonly double[] _products = new double[Bins + 1];
    private long _rows;

    public long ByteSize => 8L * (_own.Length + _others.Length + 3 * _lines.Length);

    public void GrowTo(int classes)
    {
        if (classes <= _lines.Length) return;
        Array.Resize(ref _own, classes * Bins);
        Array.Resize(ref _others, classes * Bins);
        Array.Resize(ref _lines, classes);
        Array.Resize(ref _ownRows, classes);
        Array.Resize(ref _otherRows, classes);
    }

    /// <summary>The class whose pooled ranks are farthest above their line.</summary>
    /// <param name="pooled">The pooled ranks, a number a class.</param>
    /// <param name="came">Classes that have come; others are left out.</param>
    public int Decide(ReadOnlySpan<float> pooled, ReadOnlySpan<bool> came)
    {
        int best = 0;
        double most = double.NegativeInfinity;
        for (int c = 0; c < pooled.Length; c++)
        {
            if (!came[c]) continue;
            double rows = Math.Min(_ownRows[c], _otherRows[c]), trust = rows / (rows + Trust);
            double above = Logit(pooled[c]) - (trust * _lines[c] + (1 - trust) * s_first);
            if (above > most) (most, best) = (above, c);
        }
        return best;
    }

    /// <summary>Learns the label of a row.</summary>
    public void Learn(ReadOnlySpan<float> pooled, int label)
    {
        for (int c = 0; c < pooled.Length; c++)
        {
            bool own = c == label;
            ref double rows = ref (own ? ref _ownRows[c] : ref _otherRows[c]);
            rows = Math.Min(rows + 1, own ? OwnMemory : OtherMemory);
            double rate = 1 / rows;
            if (!own && rows >= SparseFrom)
            {
                // Others are many: every fourth of them, for four.
                if (_rows % SparseEvery != 0) continue;
                rate *= SparseEvery;
            }
            Span<double> histogram = (own ? _own : _others).AsSpan(c * Bins, Bins);
            foreach (ref double share in histogram) share *= 1 - rate;
            histogram[Math.Clamp((int)((Logit(pooled[c]) - Lowest) / Width), 0, Bins - 1)] += rate;
        }
        if (_rows++ % RenewEvery == 0)
            for (int c = 0; c < pooled.Length; c++) _lines[c] += Step * (BestLine(c) - _lines[c]);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_rows);
        foreach (double[] values in (double[][])[_own, _others, _lines, _ownRows, _otherRows]) writer.Write(values);
    }

    public void Load(StateReader reader)
    {
        _rows = reader.ReadInt64();
        foreach (double[] values in (double[][])[_own, _others, _lines, _ownRows, _otherRows]) reader.ReadInto(values.AsSpan(), "the thresholds of the rank gate");
    }

    private double BestLine(int c)
    {
        double missed = 0, passed = 0;
        for (int b = 0; b <= Bins; b++)
        {
            _products[b] = (1 - missed) * passed;
            if (b == Bins) break;
            missed += _own[c * Bins + b];
            passed += _others[c * Bins + b];
        }
        double best = double.NegativeInfinity, line = 0;
        for (int b = 0; b <= Bins; b++)
        {
            // Smoothed, so that few rows of the class do not decide by accident.
            int first = Math.Max(0, b - Smoothing), last = Math.Min(Bins, b + Smoothing);
            double sum = 0;
            for (int i = first; i <= last; i++) sum += _products[i];
            sum /= last - first + 1;
            if (sum > best) (best, line) = (sum, Lowest + b * Width);
        }
        return line;
    }

    private static double Logit(float p)
    {
        double q = Math.Clamp(p, 1e-6, 1 - 1e-6);
        return Math.Log(q / (1 - q));
    }
}
