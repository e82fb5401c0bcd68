using StreamMoe.Streams;

namespace StreamMoe.Experts.Ensembles;

/// <summary>A member of streaming random patches.</summary>
internal sealed class PatchMember : WatchedMember<PatchTree>
{
    private readonly Patches _patches;

    /// <summary>Makes a member with an empty tree.</summary>
    public PatchMember(Schema schema, StreamingRandomPatchesOptions options, Patches patches, int[] attributes)
        : base(new PatchTree(schema, options.Tree, attributes), new PatchTree(schema, options.Tree, attributes), options.WarningDelta, options.DriftDelta)
    {
        _patches = patches;
    }

    /// <inheritdoc/>
    public override void TestThenLearn(ReadOnlySpan<double> features, int label, double weight, int times)
    {
        // A patch is a new instance of weight 1; the instance's own weight counts only where all attributes are seen.
        double treeWeight = _patches.Size == 0 ? weight * times : times;
        TestThenTrainTree(features, label, weight, treeWeight);
        if (times == 0) return;
        double error = Tree.PredictedClassOfLearned(features) == label ? 0 : 1;
        if (State != Background.None) (State == Background.Own ? Tree : Spare).Train(features, label, treeWeight);
        Watch(error);
    }

    /// <inheritdoc/>
    protected override void ResetSpare() => Spare.Reset(_patches.Next());

    /// <inheritdoc/>
    /// <remarks>A promoted background tree stays the background tree, as in MOA, until the next warning starts another.</remarks>
    protected override void Replace()
    {
        switch (State)
        {
            case Background.Spare:
                Promote();
                State = Background.Own;
                break;
            case Background.None:
                Tree.Reset(_patches.Next());
                ResetDriftDetector();
                break;
        }
    }
}
