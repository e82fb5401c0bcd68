using StreamMoe.Streams.Options;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Trees;

/// <summary>An incremental decision tree that splits a leaf once the Hoeffding bound says that its best test is the best.</summary>
/// <remarks>
/// <para>Gives the votes, splits and sums of MOA's tree, bit for bit except that densities in votes come from another
/// exponential function (within 1e-14 relative). Uses no random numbers.</para>
/// <para>Cost of an instance: the depth, and attributes × classes in the leaf; a split attempt every
/// <see cref="HoeffdingTreeOptions.GracePeriod"/> units of weight a leaf. Memory is bounded by
/// <see cref="HoeffdingTreeOptions.MaxByteSize"/>, up to one leaf's growth. Nothing is forgotten on a drift.</para>
/// <para>Sources: Domingos and Hulten 2000 (the tree); Gama, Rocha and Medas 2003 (numeric attributes, naive-Bayes leaves);
/// Holmes, Kirkby and Pfahringer 2005 (adaptive leaves); Kirkby 2007 (ties, memory).</para>
/// </remarks>
internal sealed partial class HoeffdingTree : IExpert
{
    private readonly HoeffdingTreeOptions _options;
    private readonly Func<AttributePlan, AttributePlan>? _drawAttributes;
    private readonly SplitEvaluator _evaluator;
    private readonly bool _bayes;
    private AttributePlan _plan;
    private int _declaredClasses;
    private NodeTable _nodes;
    private bool _mayGrow = true;
    private double _trainedWeight;
    private readonly InstanceScratch _instance = new();

    /// <summary>Makes an empty tree.</summary>
    /// <param name="schema">The stream's attributes. Classes and nominal values known now get room from the beginning; others may come.</param>
    /// <param name="options">The options; null = the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public HoeffdingTree(Schema schema, HoeffdingTreeOptions? options = null) : this(schema, options, null) { }

    /// <summary>Makes an empty tree whose leaves observe what a function picks. Its owner keeps from it what cannot be learned (see
    /// <see cref="InstanceScratch.TakeToLearn"/>).</summary>
    /// <param name="schema">The stream's attributes.</param>
    /// <param name="options">The options; null = the defaults.</param>
    /// <param name="drawAttributes">Called once a leaf, when it first learns, with all attributes; null = observe all. What it
    /// remembers from call to call is its owner's to save and to reset.</param>
    internal HoeffdingTree(Schema schema, HoeffdingTreeOptions? options, Func<AttributePlan, AttributePlan>? drawAttributes)
    {
        _options = options ?? new HoeffdingTreeOptions();
        _options.Checked();
        _drawAttributes = drawAttributes;
        _evaluator = new SplitEvaluator(_options);
        _bayes = _options.LeafPrediction != LeafPrediction.MajorityClass;
        _plan = AttributePlan.Of(schema);
        _declaredClasses = Math.Max(1, schema.ClassCount);
        _nodes = new NodeTable(_plan, _declaredClasses);
        _nextEstimate = NextEstimate();
        _instance.Reserve(_plan, _declaredClasses);
    }

    /// <value>The options.</value>
    public HoeffdingTreeOptions Options => _options;

    /// <value>Number of split nodes.</value>
    public int DecisionNodeCount => _nodes.DecisionCount;

    /// <value>Number of leaves.</value>
    public int LeafCount => _nodes.ActiveCount + _nodes.InactiveCount;

    /// <value>Number of leaves that observe and may split.</value>
    public int ActiveLeafCount => _nodes.ActiveCount;

    /// <value>Longest way from the root to a leaf; 0 for a single leaf and for an empty tree. Computed anew at each call.</value>
    public int Depth => _nodes.Depth();

    /// <value>Sum of the weights learned.</value>
    public double TrainedWeight => _trainedWeight;

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _nodes = new NodeTable(_plan, _declaredClasses);
        _mayGrow = true;
        _trainedWeight = 0;
        _nextEstimate = NextEstimate();
    }

    /// <summary>Forgets everything, and goes by the classes and values that were declared for another tree of the same attributes.</summary>
    internal void Reset(HoeffdingTree asDeclaredFor)
    {
        (_plan, _declaredClasses) = (asDeclaredFor._plan, asDeclaredFor._declaredClasses);
        _instance.Reserve(_plan, _declaredClasses);
        Reset();
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        votes.Clear();
        if (_nodes.Count == 0) return;
        int node = _nodes.Route(features, out _);
        if (_nodes.Statistics(node) is { } leaf && VotesByBayes(leaf))
        {
            if (leaf.Plan is not null) _instance.Take(features, leaf.Plan);
            Give(leaf.BayesVotes(_instance), votes);
        }
        else
        {
            Give(_nodes.ClassWeights(node), votes);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1) => Learn(features, label, weight, []);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        if (_nodes.Count == 0 || !(weight > 0))
        {
            Predict(features, votes);
            Learn(features, label, weight, []);
            return;
        }
        votes.Clear();
        Learn(features, label, weight, votes);
    }

    // Votes may be empty: then they are not asked for.
    private void Learn(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        if (!(weight > 0)) return;
        if (_drawAttributes is null) _instance.TakeToLearn(features, label, _plan);
        _learnedAt = NodeTable.Empty;
        _trainedWeight += weight;
        if (_nodes.Count == 0) PlantRoot();
        int node = _nodes.Route(features, out int branch);
        if (_nodes.IsSplit(node))
        {
            if (!votes.IsEmpty) Give(_nodes.ClassWeights(node), votes);
            node = branch == NodeTable.Empty ? NodeTable.Empty : FillBranch(node, branch);
            votes = [];
        }
        if (node != NodeTable.Empty)
        {
            if (_nodes.Statistics(node) is { } leaf)
            {
                _learnedAt = node;
                LearnAtLeaf(node, leaf, features, label, weight, votes);
            }
            else
            {
                if (!votes.IsEmpty) Give(_nodes.ClassWeights(node), votes);
                _nodes.AddClassWeight(node, label, weight);
            }
        }
        EnforceBudgetWhenDue();
    }

    private void LearnAtLeaf(int node, SufficientStatistics leaf, ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        bool adaptive = _options.LeafPrediction == LeafPrediction.NaiveBayesAdaptive;
        bool byBayes = !votes.IsEmpty && VotesByBayes(leaf);
        bool draws = leaf.Plan is null && _drawAttributes is not null;
        AttributePlan plan = leaf.Plan ?? (draws ? _drawAttributes!(_plan) : _plan);
        if (_drawAttributes is not null) _instance.Take(features, plan);
        ReadOnlySpan<double> bayes = adaptive || byBayes ? leaf.BayesVotes(_instance) : default;
        if (!votes.IsEmpty) Give(byBayes ? bayes : leaf.ClassWeights, votes);
        if (adaptive)
        {
            if (leaf.ClassCount > 0 && leaf.Majority == label) leaf.MajorityCorrect += weight;
            if (Votes.ArgMax(bayes) == label) leaf.BayesCorrect += weight;
        }
        if (leaf.AddClassWeight(label, weight) | leaf.Observe(_instance, label, weight, plan) | draws)
        {
            _instance.Reserve(_plan, leaf.Classes);
            _nodes.Recount(node);
            EnforceBudget();
        }
        if (_mayGrow && _nodes.Statistics(node) == leaf) AttemptSplitWhenDue(node, leaf);
    }

    private void AttemptSplitWhenDue(int node, SufficientStatistics leaf)
    {
        double total = leaf.Total;
        if (total - leaf.LastAttempt < _options.GracePeriod) return;
        AttemptSplit(node, leaf);
        leaf.LastAttempt = total;
    }

    private void AttemptSplit(int node, SufficientStatistics leaf)
    {
        if (IsPure(leaf.ClassWeights)) return;
        _evaluator.Evaluate(leaf);
        bool split = _evaluator.IsDecided(leaf.ClassCount, leaf.Total, out double bound);
        if (_options.RemovePoorAttributes && !_bayes && _evaluator.CandidateCount > 1) _evaluator.DropPoor(leaf, bound);
        if (!split) return;
        SplitTest test = _evaluator.Best.Test;
        if (test.Kind == SplitTestKind.None)
        {
            _nodes.Deactivate(node);
        }
        else
        {
            double[][] parts = _evaluator.Parts(leaf, test);
            SufficientStatistics[] children = new SufficientStatistics[parts.Length];
            for (int j = 0; j < parts.Length; j++) children[j] = NewStatistics(parts[j]);
            _nodes.Split(node, test, children);
        }
        EnforceBudget();
    }

    // True when fewer than two classes have weight.
    internal static bool IsPure(ReadOnlySpan<double> classWeights)
    {
        int present = 0;
        foreach (double weight in classWeights)
            if (weight != 0) present++;
        return present < 2;
    }

    private bool VotesByBayes(SufficientStatistics leaf) => _options.LeafPrediction switch
    {
        LeafPrediction.NaiveBayesAdaptive => !(leaf.MajorityCorrect > leaf.BayesCorrect),
        LeafPrediction.NaiveBayes => leaf.Total >= _options.NaiveBayesThreshold,
        _ => false,
    };

    private static void Give(ReadOnlySpan<double> from, Span<double> votes)
    {
        if (from.Length > votes.Length)
            throw new ArgumentException($"The vote buffer has length {votes.Length}; must be at least {from.Length}, 1 + the largest class learned.", nameof(votes));
        from.CopyTo(votes);
    }

    private SufficientStatistics NewStatistics(ReadOnlySpan<double> inherited)
    {
        SufficientStatistics statistics = new(inherited, _declaredClasses, _bayes);
        _instance.Reserve(_plan, statistics.Classes);
        return statistics;
    }
}
