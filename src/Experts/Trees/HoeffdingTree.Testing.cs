using StreamMoe.Experts.Ensembles;

namespace StreamMoe.Experts.Trees;

public sealed partial class HoeffdingTree : IMemberTree
{
    /// <inheritdoc/>
    int IMemberTree.PredictedClass(ReadOnlySpan<double> features)
    {
        if (_nodes.Count == 0) return 0;
        int node = _nodes.Route(features, out _);
        if (_nodes.Statistics(node) is not { } leaf) return Votes.ArgMax(_nodes.ClassWeights(node));
        if (!VotesByBayes(leaf)) return leaf.Majority;
        if (leaf.Plan is not null) _instance.Take(features, leaf.Plan);
        return Votes.ArgMax(leaf.BayesVotes(_instance));
    }
}
