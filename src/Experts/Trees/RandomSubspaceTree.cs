using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Trees;

/// <summary>A Hoeffding tree in which every leaf observes only some attributes, drawn when it first learns: the tree of a random forest.</summary>
/// <remarks>
/// <see cref="HoeffdingTreeOptions.RemovePoorAttributes"/> has no effect. Everything else is <see cref="HoeffdingTree"/>'s.
/// Source: Gomes, Bifet, Read et al. 2017, Adaptive random forests for evolving data stream classification.
/// </remarks>
internal sealed class RandomSubspaceTree : IMemberTree
{
    private readonly LeafSubspaces _subspaces;
    private readonly HoeffdingTree _tree;

    /// <summary>Makes an empty tree.</summary>
    /// <param name="schema">The stream's attributes.</param>
    /// <param name="options">The options of the tree.</param>
    /// <param name="subspaceSize">Attributes that a leaf observes, ≥ 1; the number of attributes or more = all.</param>
    public RandomSubspaceTree(Schema schema, HoeffdingTreeOptions options, int subspaceSize)
    {
        _subspaces = new LeafSubspaces(subspaceSize);
        _tree = new HoeffdingTree(schema, options with { RemovePoorAttributes = false }, _subspaces.Draw);
    }

    /// <inheritdoc/>
    public long ByteSize => 64 + _tree.ByteSize;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes) => _tree.Predict(features, votes);

    /// <inheritdoc/>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1) => _tree.Train(features, label, weight);

    /// <inheritdoc/>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
        => _tree.PredictThenTrain(features, label, weight, votes);

    /// <inheritdoc/>
    public int PredictedClassOfLearned(ReadOnlySpan<double> features) => ((IMemberTree)_tree).PredictedClassOfLearned(features);

    /// <inheritdoc/>
    public void Reset()
    {
        _tree.Reset();
        _subspaces.Reset();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        _subspaces.Save(writer);
        _tree.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _subspaces.Load(reader);
        _tree.Load(reader);
    }
}
