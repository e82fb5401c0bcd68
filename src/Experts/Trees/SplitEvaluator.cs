using StreamMoe.Experts.Numerics;

namespace StreamMoe.Experts.Trees;

/// <summary>Finds the best split that a leaf's observers offer.</summary>
/// <remarks>Allocates only while its buffers grow, and for the parts of a split that is carried out.</remarks>
internal sealed class SplitEvaluator
{
    private readonly HoeffdingTreeOptions _options;
    private readonly SplitMerit _merit;
    private double[] _parts = new double[16];
    private double[] _merits = [];
    private double[] _deviations = new double[8];
    private int[] _lengths = new int[2];

    /// <summary>Makes one for a tree's options.</summary>
    public SplitEvaluator(HoeffdingTreeOptions options)
    {
        _options = options;
        _merit = new SplitMerit(options.SplitCriterion, options.MinBranchFraction);
    }

    /// <value>Candidates of the last attempt: at most one an attribute, and "do not split" unless switched off.</value>
    public int CandidateCount { get; private set; }

    /// <value>The best of the last attempt: of equal merits that of the highest attribute.</value>
    public SplitCandidate Best { get; private set; }

    /// <value>Merit of the second best; means something from two candidates on.</value>
    public double SecondMerit { get; private set; }

    /// <summary>Values all candidates of a leaf.</summary>
    public void Evaluate(SufficientStatistics leaf)
    {
        CandidateCount = 0;
        if (!_options.NoPrePrune) Add(new SplitCandidate(SplitTest.None, _merit.OfNoSplit(leaf.ClassWeights)));
        if (leaf.Plan is not { } plan) return;
        if (_merits.Length < plan.Attributes.Length) _merits = new double[plan.Attributes.Length];
        if (_parts.Length < 2 * leaf.Stride) _parts = new double[2 * leaf.Stride];
        if (_deviations.Length < leaf.Stride) _deviations = new double[leaf.Stride];
        double before = _merit.Before(leaf.ClassWeights);
        for (int i = 0; i < plan.Attributes.Length; i++)
        {
            _merits[i] = double.NaN;
            if (leaf.Dropped is not null && leaf.Dropped[i]) continue;
            int slot = plan.Slots[i];
            SplitCandidate candidate = slot >= 0
                ? BestThreshold(leaf.Numeric!.Cells(slot)[..leaf.ClassCount], plan.Attributes[i], before, leaf.Stride)
                : BestNominal(leaf.Nominal!, ~slot, plan.Attributes[i], before, leaf);
            if (candidate.Test.Kind == SplitTestKind.None) continue;
            _merits[i] = candidate.Merit;
            Add(candidate);
        }
    }

    /// <summary>Whether the last attempt's best candidate is better than the second by more than chance allows.</summary>
    /// <param name="classCount">Length of the leaf's class weights.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="bound">Receives the Hoeffding bound ε = √(R²·ln(1/δ) / (2·total)).</param>
    public bool IsDecided(int classCount, double total, out double bound)
    {
        double range = _merit.Range(classCount);
        bound = Math.Sqrt(range * range * Math.Log(1 / _options.SplitConfidence) / (2 * total));
        if (CandidateCount < 2) return CandidateCount == 1;
        return Best.Merit - SecondMerit > bound || bound < _options.TieThreshold;
    }

    /// <summary>Drops the observers of attributes whose merit in the last attempt was behind the best by more than the bound.</summary>
    public void DropPoor(SufficientStatistics leaf, double bound)
    {
        for (int i = 0; i < leaf.Plan!.Attributes.Length; i++)
            if (Best.Merit - _merits[i] > bound) leaf.Drop(i);
    }

    /// <summary>Class weights of every branch of a test, as the leaf's observers saw them; an array of the part's own length each.</summary>
    public double[][] Parts(SufficientStatistics leaf, SplitTest test)
    {
        AttributePlan plan = leaf.Plan!;
        int slot = plan.Slots[Array.IndexOf(plan.Attributes, test.Attribute)];
        ReadOnlySpan<double> rows = _parts;
        int count = 2;
        switch (test.Kind)
        {
            case SplitTestKind.Threshold:
                ReadOnlySpan<GaussianCell> cells = leaf.Numeric!.Cells(slot)[..leaf.ClassCount];
                Deviations(cells);
                DivideAt(test.Operand, cells, leaf.Stride);
                break;
            case SplitTestKind.OneVersusRest:
                DivideOneVersusRest(leaf.Nominal!, ~slot, (int)test.Operand, leaf);
                break;
            default:
                count = MultiwayLengths(leaf.Nominal!, ~slot, leaf.ClassCount);
                rows = leaf.Nominal!.WeightRows(~slot);
                break;
        }
        double[][] parts = new double[count][];
        for (int j = 0; j < count; j++) parts[j] = rows.Slice(j * leaf.Stride, _lengths[j]).ToArray();
        return parts;
    }

    private void Add(SplitCandidate candidate)
    {
        if (CandidateCount == 0)
        {
            Best = candidate;
        }
        else if (Compare(candidate.Merit, Best.Merit) >= 0)
        {
            SecondMerit = Best.Merit;
            Best = candidate;
        }
        else if (CandidateCount == 1 || Compare(candidate.Merit, SecondMerit) > 0)
        {
            SecondMerit = candidate.Merit;
        }
        CandidateCount++;
    }

    // A total order: NaN above +∞, −0 below +0.
    private static int Compare(double a, double b)
    {
        if (a < b) return -1;
        if (a > b) return 1;
        if (a == b) return double.IsNegative(b).CompareTo(double.IsNegative(a));
        return double.IsNaN(a).CompareTo(double.IsNaN(b));
    }

    private SplitCandidate BestThreshold(ReadOnlySpan<GaussianCell> cells, int attribute, double before, int stride)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (ref readonly GaussianCell cell in cells)
        {
            if (cell.Low < low) low = cell.Low;
            if (cell.High > high) high = cell.High;
        }
        SplitCandidate best = new(SplitTest.None, 0);
        if (!(low < high)) return best;
        Deviations(cells);
        double step = (high - low) / (_options.NumericSplitPoints + 1.0), previous = double.NaN;
        for (int i = 1; i <= _options.NumericSplitPoints; i++)
        {
            double threshold = step * i + low;
            if (!(threshold > low && threshold < high) || threshold == previous) continue;
            previous = threshold;
            DivideAt(threshold, cells, stride);
            double merit = _merit.Of(before, _parts, stride, _lengths.AsSpan(0, 2));
            if (best.Test.Kind == SplitTestKind.None || merit > best.Merit)
                best = new SplitCandidate(new SplitTest(SplitTestKind.Threshold, attribute, threshold), merit);
        }
        return best;
    }

    private void Deviations(ReadOnlySpan<GaussianCell> cells)
    {
        for (int c = 0; c < cells.Length; c++) _deviations[c] = cells[c].Deviation;
    }

    private void DivideAt(double threshold, ReadOnlySpan<GaussianCell> cells, int stride)
    {
        Span<double> left = _parts.AsSpan(0, stride), right = _parts.AsSpan(stride, stride);
        left.Clear();
        right.Clear();
        _lengths[0] = _lengths[1] = 0;
        for (int c = 0; c < cells.Length; c++)
        {
            ref readonly GaussianCell cell = ref cells[c];
            if (!cell.Exists) continue;
            if (threshold < cell.Low)
            {
                right[c] = cell.Weight;
                _lengths[1] = c + 1;
            }
            else if (threshold >= cell.High)
            {
                left[c] = cell.Weight;
                _lengths[0] = c + 1;
            }
            else
            {
                (left[c], right[c]) = DivideCell(threshold, cell, _deviations[c]);
                _lengths[0] = _lengths[1] = c + 1;
            }
        }
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

    private SplitCandidate BestNominal(NominalObservers observers, int slot, int attribute, double before, SufficientStatistics leaf)
    {
        SplitCandidate best = new(SplitTest.None, 0);
        int values = MultiwayLengths(observers, slot, leaf.ClassCount);
        if (!_options.BinarySplits)
        {
            double merit = _merit.Of(before, observers.WeightRows(slot), leaf.Stride, _lengths.AsSpan(0, values));
            best = new SplitCandidate(new SplitTest(SplitTestKind.Multiway, attribute, 0), merit);
            // Two values: both one-versus-rest tests make the same two parts, and the earlier candidate wins.
            if (values == 2) return best;
        }
        for (int value = 0; value < values; value++)
        {
            DivideOneVersusRest(observers, slot, value, leaf);
            double merit = _merit.Of(before, _parts, leaf.Stride, _lengths.AsSpan(0, 2));
            if (best.Test.Kind == SplitTestKind.None || merit > best.Merit)
                best = new SplitCandidate(new SplitTest(SplitTestKind.OneVersusRest, attribute, value), merit);
        }
        return best;
    }

    private int MultiwayLengths(NominalObservers observers, int slot, int classCount)
    {
        int values = 0;
        for (int c = 0; c < classCount; c++) values = Math.Max(values, observers.Length(slot, c));
        if (_lengths.Length < values) _lengths = new int[values];
        _lengths.AsSpan(0, values).Clear();
        for (int c = 0; c < classCount; c++) _lengths.AsSpan(0, observers.Length(slot, c)).Fill(c + 1);
        return values;
    }

    private void DivideOneVersusRest(NominalObservers observers, int slot, int value, SufficientStatistics leaf)
    {
        int stride = leaf.Stride;
        Span<double> one = _parts.AsSpan(0, stride), rest = _parts.AsSpan(stride, stride);
        one.Clear();
        rest.Clear();
        _lengths[0] = _lengths[1] = 0;
        ReadOnlySpan<double> rows = observers.WeightRows(slot);
        for (int c = 0; c < leaf.ClassCount; c++)
        {
            int length = observers.Length(slot, c);
            for (int v = 0; v < length; v++)
            {
                double weight = rows[v * stride + c];
                if (v == value)
                {
                    one[c] = weight;
                    _lengths[0] = c + 1;
                }
                else
                {
                    rest[c] += weight;
                    _lengths[1] = c + 1;
                }
            }
        }
    }
}
