namespace StreamMoe.Experts.Trees;

/// <summary>Finds the best split that a leaf's observers offer.</summary>
/// <remarks>Allocates only while its buffers grow, and for the parts of a split that is carried out.</remarks>
internal sealed class SplitEvaluator
{
    private readonly HoeffdingTreeOptions _options;
    private readonly SplitMerit _merit;
    private readonly SplitParts _parts = new();
    private double[] _merits = [];

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
        _parts.Divide(leaf, plan.Slots[Array.IndexOf(plan.Attributes, test.Attribute)], test);
        return _parts.ToArrays();
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
        (double low, double high) = _parts.TakeCells(leaf, slot);
        SplitCandidate best = new(SplitTest.None, 0);
        if (!(low < high)) return best;
        double step = (high - low) / (_options.NumericSplitPoints + 1.0), previous = double.NaN;
        for (int i = 1; i <= _options.NumericSplitPoints; i++)
        {
            double threshold = step * i + low;
            if (!(threshold > low && threshold < high) || threshold == previous) continue;
            previous = threshold;
            _parts.DivideAt(threshold);
            double merit = _merit.Of(before, _parts);
            if (best.Test.Kind == SplitTestKind.None || merit > best.Merit)
                best = new SplitCandidate(new SplitTest(SplitTestKind.Threshold, attribute, threshold), merit);
        }
        return best;
    }

    private SplitCandidate BestNominal(SufficientStatistics leaf, int slot, int attribute, double before)
    {
        SplitCandidate best = new(SplitTest.None, 0);
        int values = SplitParts.ValueCount(leaf, slot);
        if (!_options.BinarySplits)
        {
            _parts.DivideByValue(leaf, slot);
            best = new SplitCandidate(new SplitTest(SplitTestKind.Multiway, attribute, 0), _merit.Of(before, _parts));
            // Two values: both one-versus-rest tests make the same two parts, and the earlier candidate wins.
            if (values == 2) return best;
        }
        for (int value = 0; value < values; value++)
        {
            _parts.DivideOneVersusRest(leaf, slot, value);
            double merit = _merit.Of(before, _parts);
            if (best.Test.Kind == SplitTestKind.None || merit > best.Merit)
                best = new SplitCandidate(new SplitTest(SplitTestKind.OneVersusRest, attribute, value), merit);
        }
        return best;
    }
}
