using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Ensembles;

/// <summary>A Hoeffding tree that sees only some of the attributes, the same ones in all its leaves.</summary>
internal sealed class PatchTree : IMemberTree
{
    private readonly HoeffdingTree _tree;
    private readonly int _attributeCount;
    private int[] _attributes;
    private AttributePlan? _all, _patch;

    /// <summary>Makes an empty tree.</summary>
    /// <param name="schema">The stream's attributes.</param>
    /// <param name="options">The options of the tree.</param>
    /// <param name="attributes">The attributes that it sees, ascending.</param>
    public PatchTree(Schema schema, HoeffdingTreeOptions options, int[] attributes)
    {
        _attributeCount = schema.AttributeCount;
        _attributes = attributes;
        _tree = new HoeffdingTree(schema, options, PlanOf);
    }

    /// <inheritdoc/>
    public long ByteSize => 64 + 4L * _attributes.Length + _tree.ByteSize;

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
    public void Reset() => _tree.Reset();

    /// <summary>Forgets everything and sees other attributes from now on.</summary>
    public void Reset(int[] attributes)
    {
        _attributes = attributes;
        _all = null;
        _tree.Reset();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_attributes);
        _tree.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        int[] attributes = reader.ReadArray<int>();
        for (int i = 0; i < attributes.Length; i++)
            if (attributes[i] < 0 || attributes[i] >= _attributeCount || (i > 0 && attributes[i] <= attributes[i - 1]))
                throw new StateFormatException($"A tree of a patch sees attribute {attributes[i]}; must be in [0, {_attributeCount}) and ascending.");
        _attributes = attributes;
        _all = null;
        _tree.Load(reader);
    }

    private AttributePlan PlanOf(AttributePlan all)
    {
        if (_all == all) return _patch!;
        _all = all;
        return _patch = _attributes.Length == _attributeCount ? all : all.Subset(_attributes);
    }
}
