using StreamMoe.Experts.Numerics;

namespace StreamMoe.Experts.Trees;

/// <summary>Finds the best split that a leaf's observers offer.</summary>
/// <remarks>Allocates only while its buffers grow, and for the parts of a split that is carried out.</remarks>
internal sealed class SplitEvaluator
{
    private readonly HoeffdingTreeOptions _options;
    private readonly SplitMerit _merit;
    private GaussianCell[] _cells = [];
    private double[] _deviations = [];
    private double[] _merits = [];
    private double[] _parts = [];
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
        Reserve(leaf.ClassCount, plan.Attributes.Length);
        double before = _merit.Before(leaf.ClassWeights);
        for (int i = 0; i < plan.Attributes.Length; i++)
        {
            _merits[i] = double.NaN;
            if (leaf.Dropped is not null && leaf.Dropped[i]) continue;
            int slot = plan.Slots[i];
            SplitCandidate candidate = slot >= 0
                ? BestThreshold(leaf, slot, plan.Attributes[i], before)
                : BestNominal(leaf, ~slot, plan.Attributes[i], before);
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
        int slot = plan.Slots[Array.IndexOf(plan.Attributes, test.Attribute)], classes = leaf.ClassCount, count = 2;
        switch (test.Kind)
        {
            case SplitTestKind.Threshold:
                TakeCells(leaf, slot);
                DivideAt(test.Operand, classes);
                break;
            case SplitTestKind.OneVersusRest:
                DivideOneVersusRest(leaf.Nominal!, ~slot, (int)test.Operand, classes);
                break;
            default:
                count = DivideByValue(leaf.Nominal!, ~slot, classes);
                break;
        }
        double[][] parts = new double[count][];
        for (int j = 0; j < count; j++) parts[j] = _parts.AsSpan(j * classes, _lengths[j]).ToArray();
        return parts;
    }

    private void Reserve(int classes, int attributes)
    {
        if (_merits.Length < attributes) _merits = new double[attributes];
        if (_parts.Length < 2 * classes) _parts = new double[2 * classes];
        if (_cells.Length >= classes) return;
        _cells = new GaussianCell[classes];
        _deviations = new double[classes];
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

    private SplitCandidate BestThreshold(SufficientStatistics leaf, int slot, int attribute, double before)
    {
        int classes = leaf.ClassCount;
        (double low, double high) = TakeCells(leaf, slot);
        SplitCandidate best = new(SplitTest.None, 0);
        if (!(low < high)) return best;
        double step = (high - low) / (_options.NumericSplitPoints + 1.0), previous = double.NaN;
        for (int i = 1; i <= _options.NumericSplitPoints; i++)
        {
            double threshold = step * i + low;
            if (!(threshold > low && threshold < high) || threshold == previous) continue;
            previous = threshold;
            DivideAt(threshold, classes);
            double merit = _merit.Of(before, _parts, classes, _lengths.AsSpan(0, 2));
            if (best.Test.Kind == SplitTestKind.None || merit > best.Merit)
                best = new SplitCandidate(new SplitTest(SplitTestKind.Threshold, attribute, threshold), merit);
        }
        return best;
    }

    private (double Low, double High) TakeCells(SufficientStatistics leaf, int slot)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int c = 0; c < leaf.ClassCount; c++)
        {
            GaussianCell cell = _cells[c] = leaf.Numeric!.Cell(slot, c);
            _deviations[c] = cell.Deviation;
            if (cell.Low < low) low = cell.Low;
            if (cell.High > high) high = cell.High;
        }
        return (low, high);
    }

    private void DivideAt(double threshold, int classes)
    {
        Span<double> left = _parts.AsSpan(0, classes), right = _parts.AsSpan(classes, classes);
        left.Clear();
        right.Clear();
        _lengths[0] = _lengths[1] = 0;
        for (int c = 0; c < classes; c++)
        {
            ref readonly GaussianCell cell = ref _cells[c];
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

    private SplitCandidate BestNominal(SufficientStatistics leaf, int slot, int attribute, double before)
    {
        SplitCandidate best = new(SplitTest.None, 0);
        NominalObservers observers = leaf.Nominal!;
        int classes = leaf.ClassCount, values = ValueCount(observers, slot, classes);
        if (!_options.BinarySplits)
        {
            DivideByValue(observers, slot, classes);
            double merit = _merit.Of(before, _parts, classes, _lengths.AsSpan(0, values));
            best = new SplitCandidate(new SplitTest(SplitTestKind.Multiway, attribute, 0), merit);
            // Two values: both one-versus-rest tests make the same two parts, and the earlier candidate wins.
            if (values == 2) return best;
        }
        for (int value = 0; value < values; value++)
        {
            DivideOneVersusRest(observers, slot, value, classes);
            double merit = _merit.Of(before, _parts, classes, _lengths.AsSpan(0, 2));
            if (best.Test.Kind == SplitTestKind.None || merit > best.Merit)
                best = new SplitCandidate(new SplitTest(SplitTestKind.OneVersusRest, attribute, value), merit);
        }
        return best;
    }

    private static int ValueCount(NominalObservers observers, int slot, int classes)
    {
        int values = 0;
        for (int c = 0; c < classes; c++) values = Math.Max(values, observers.Length(slot, c));
        return values;
    }

    private int DivideByValue(NominalObservers observers, int slot, int classes)
    {
        int values = ValueCount(observers, slot, classes);
        if (_lengths.Length < values) _lengths = new int[values];
        if (_parts.Length < values * classes) _parts = new double[values * classes];
        _lengths.AsSpan(0, values).Clear();
        _parts.AsSpan(0, values * classes).Clear();
        for (int c = 0; c < classes; c++)
        {
            ReadOnlySpan<double> weights = observers.Weights(slot, c);
            for (int v = 0; v < weights.Length; v++)
            {
                _parts[v * classes + c] = weights[v];
                _lengths[v] = c + 1;
            }
        }
        return values;
    }

    private void DivideOneVersusRest(NominalObservers observers, int slot, int value, int classes)
    {
        Span<double> one = _parts.AsSpan(0, classes), rest = _parts.AsSpan(classes, classes);
        one.Clear();
        rest.Clear();
        _lengths[0] = _lengths[1] = 0;
        for (int c = 0; c < classes; c++)
        {
            ReadOnlySpan<double> weights = observers.Weights(slot, c);
            for (int v = 0; v < weights.Length; v++)
            {
                if (v == value)
                {
                    one[c] = weights[v];
                    _lengths[0] = c + 1;
                }
                else
                {
                    rest[c] += weights[v];
                    _lengths[1] = c + 1;
                }
            }
        }
    }
}
