namespace StreamMoe.Experts.Trees;

internal sealed partial class HoeffdingTree : IMemberTree
{
    private int _learnedAt = NodeTable.Empty;

    /// <inheritdoc/>
    int IMemberTree.PredictedClassOfLearned(ReadOnlySpan<double> features)
    {
        // Unless the leaf that learned has been split, the instance still ends there and is still taken in the leaf's order.
        bool stays = _learnedAt != NodeTable.Empty && _nodes.Statistics(_learnedAt) is not null;
        int node = stays ? _learnedAt : _nodes.Route(features, out _);
        if (_nodes.Statistics(node) is not { } leaf) return Votes.ArgMax(_nodes.ClassWeights(node));
        if (!VotesByBayes(leaf)) return leaf.Majority;
        if (!stays && leaf.Plan is not null) _instance.Take(features, leaf.Plan);
        return Votes.ArgMax(leaf.BayesVotes(_instance));
    }
}
