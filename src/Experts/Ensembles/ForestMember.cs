using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Ensembles;

/// <summary>A member of an adaptive random forest.</summary>
internal sealed class ForestMember : WatchedMember<RandomSubspaceTree>
{
    /// <summary>Makes a member with an empty tree.</summary>
    public ForestMember(Schema schema, AdaptiveRandomForestOptions options)
        : base(NewTree(schema, options), NewTree(schema, options), options.WarningDelta, options.DriftDelta) { }

    /// <inheritdoc/>
    public override void TestThenLearn(ReadOnlySpan<double> features, int label, double weight, int times)
    {
        TestThenTrainTree(features, label, weight, weight * times);
        if (times == 0) return;
        if (State == Background.Spare) Spare.Train(features, label, weight);
        Watch(Tree.PredictedClassOfLearned(features) == label ? 0 : 1);
    }

    /// <inheritdoc/>
    protected override void ResetSpare() => Spare.Reset();

    /// <inheritdoc/>
    protected override void Replace()
    {
        if (State == Background.Spare)
        {
            Promote();
            State = Background.None;
        }
        else
        {
            Tree.Reset();
            ResetDriftDetector();
        }
    }

    private static RandomSubspaceTree NewTree(Schema schema, AdaptiveRandomForestOptions options)
        => new(schema, options.Tree, SubspaceSize.OfLeaf(options.SubspaceMode, options.SubspaceSize, schema.AttributeCount));
}
