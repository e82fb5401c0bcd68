using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.Numerics;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Trees;

/// <summary>A Hoeffding tree that watches the error at each of its nodes, and replaces a branch that has grown worse.</summary>
/// <remarks>
/// <para>Every node has an ADWIN window (δ = 0.002) over the errors on the instances that come to it. When a split node's window
/// is cut and its mean did not fall, an alternate leaf starts beside it. The alternate takes its place as soon as it splits, or
/// when over more than 300 instances each its error e₁ is below the node's e₀ by more than
/// √(2·e₀·(1 − e₀)·ln(2/0.05)·(1/n₀ + 1/n₁)), and is dropped when it is above it by more. A leaf learns an instance
/// max(1, Poisson(1)) times, and scales its votes by the inverse square of its error.</para>
/// <para>Gives the votes and splits of MOA's tree, as <see cref="HoeffdingTree"/> does. Of the options
/// <see cref="HoeffdingTreeOptions.NaiveBayesThreshold"/> and <see cref="HoeffdingTreeOptions.MemoryEstimatePeriod"/> have no effect.
/// An instance with a missing value where the tree asks for it gets no votes; one with a nominal value that has no branch is not learned.</para>
/// <para>Cost of an instance: as the plain tree's, and a window's step a node on its way. Memory is bounded by
/// <see cref="HoeffdingTreeOptions.MaxByteSize"/>, up to one leaf's growth and that of the windows, which is logarithmic.</para>
/// Sources: Bifet and Gavaldà 2009, Adaptive learning from evolving data streams; MOA's variant of 2025.
/// </remarks>
internal sealed partial class HoeffdingAdaptiveTree : IExpert
{
    private const double AlternateConfidence = 0.05;
    private const int AlternateWidth = 300;
    private static readonly PoissonDraw s_poisson = new(1);
    private readonly HoeffdingTreeOptions _options;
    private readonly SplitEvaluator _evaluator;
    private readonly bool _bayes, _adaptive;
    private readonly InstanceScratch _instance = new();
    private readonly List<AdaptiveNode> _path = [];
    private AttributePlan _plan;
    private int _declaredClasses;
    private AdaptiveNode? _root;

    /// <summary>Makes an empty tree.</summary>
    /// <param name="schema">The stream's attributes. Classes and nominal values known now get room from the beginning; others may come.</param>
    /// <param name="options">The options; null = the defaults.</param>
    /// <exception cref="OptionException">Some options are out of their range.</exception>
    public HoeffdingAdaptiveTree(Schema schema, HoeffdingTreeOptions? options = null)
    {
        _options = (options ?? new HoeffdingTreeOptions()).Checked();
        _evaluator = new SplitEvaluator(_options);
        _bayes = _options.LeafPrediction != LeafPrediction.MajorityClass;
        _adaptive = _options.LeafPrediction == LeafPrediction.NaiveBayesAdaptive;
        _plan = AttributePlan.Of(schema);
        _declaredClasses = Math.Max(1, schema.ClassCount);
        _instance.Reserve(_plan, _declaredClasses);
    }

    /// <summary>What a leaf says of an instance before it learns it.</summary>
    /// <param name="Voted">The class with the most votes.</param>
    /// <param name="Bayes">The class of naive Bayes; −1 when it was not asked.</param>
    private readonly record struct Opinion(int Voted, int Bayes);

    /// <value>The options.</value>
    public HoeffdingTreeOptions Options => _options;

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _root = null;
        _mayGrow = true;
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        votes.Clear();
        if (Route(features, out AdaptiveNode? end) && end is not null)
        {
            if (end.IsSplit) Give(end.ClassWeights, votes);
            else Test(end, features, votes, toLearn: false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (weight > 0) Learn(features, label, weight, []);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        if (!(weight > 0))
        {
            Predict(features, votes);
            return;
        }
        votes.Clear();
        Learn(features, label, weight, votes);
    }

    // The nodes on an instance's way stand in _path, the last of them a leaf or the split node where the way ends.
    // False when it ends at a missing value.
    private bool Follow(ReadOnlySpan<double> features)
    {
        _path.Clear();
        for (AdaptiveNode? node = _root; node is not null;)
        {
            _path.Add(node);
            if (!node.IsSplit) break;
            int branch = node.Branch(features);
            if (branch < 0) return false;
            node = node.Child(branch);
        }
        return true;
    }

    // As Follow, without the path: where the way ends, null in an empty tree.
    private bool Route(ReadOnlySpan<double> features, out AdaptiveNode? end)
    {
        end = _root;
        while (end is { IsSplit: true })
        {
            int branch = end.Branch(features);
            if (branch < 0) return false;
            if (end.Child(branch) is not { } child) return true;
            end = child;
        }
        return true;
    }

    private void Learn(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        _instance.TakeToLearn(features, label, _plan);
        bool planted = _root is null;
        if (planted) PlantRoot();
        bool complete = Follow(features);
        AdaptiveNode end = _path[^1];
        Opinion opinion;
        if (!end.IsSplit)
        {
            opinion = Test(end, features, planted ? [] : votes, toLearn: true);
        }
        else
        {
            // For prediction an empty branch votes as its parent does; as a test of the nodes above it counts as class 0.
            if (complete && !votes.IsEmpty) Give(end.ClassWeights, votes);
            opinion = new Opinion(complete ? 0 : Votes.ArgMax(end.ClassWeights), -1);
        }
        int splits = end.IsSplit ? _path.Count : _path.Count - 1;
        for (int depth = 0; depth < splits; depth++)
            if (Watch(depth, features, label, weight, opinion.Voted != label)) return; // the rest of the path is no longer in the tree
        if (!end.IsSplit) LearnAtLeaf(end, splits - 1, features, label, weight, opinion);
    }

    /// <summary>Takes an error at a split node, and lets its alternate act and learn.</summary>
    /// <returns>True when the node was replaced.</returns>
    private bool Watch(int depth, ReadOnlySpan<double> features, int label, double weight, bool error)
    {
        AdaptiveNode node = _path[depth];
        Adwin errors = node.Errors ??= new Adwin();
        double before = errors.Mean;
        bool replaced = false;
        if (errors.Add(error ? 1 : 0) && !(before > errors.Mean))
        {
            StartAlternate(node);
        }
        else if (node.Alternate?.Errors is { } others && errors.Width > AlternateWidth && others.Width > AlternateWidth)
        {
            double own = errors.Mean, other = others.Mean;
            double bound = Math.Sqrt(2 * own * (1 - own) * Math.Log(2 / AlternateConfidence) * (1.0 / others.Width + 1.0 / errors.Width));
            if (bound < own - other)
            {
                Replace(depth - 1, features, node.Alternate);
                replaced = true;
            }
            else if (bound < other - own)
            {
                node.Alternate = null;
            }
        }
        if (node.Alternate is { } alternate)
            replaced |= LearnAtLeaf(alternate, depth - 1, features, label, weight, Test(alternate, features, [], toLearn: true));
        return replaced;
    }
}
