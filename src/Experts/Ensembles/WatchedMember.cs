using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;

namespace StreamMoe.Experts.Ensembles;

/// <summary>A tree whose errors are watched, with a background tree to take its place.</summary>
/// <typeparam name="TTree">The kind of tree.</typeparam>
internal abstract class WatchedMember<TTree> : EnsembleMember where TTree : IMemberTree
{
    private readonly AdwinDetector _warning, _drift;
    private AccuracyRecord _accuracy;

    /// <summary>Makes a member of two empty trees, the second of which rests.</summary>
    protected WatchedMember(TTree tree, TTree spare, double warningDelta, double driftDelta)
    {
        Tree = tree;
        Spare = spare;
        _warning = new AdwinDetector(new AdwinOptions { DeltaAdwin = warningDelta });
        _drift = new AdwinDetector(new AdwinOptions { DeltaAdwin = driftDelta });
    }

    /// <summary>What the background learner of a member is.</summary>
    protected enum Background
    {
        /// <summary>There is none; the spare tree is empty.</summary>
        None,

        /// <summary>The spare tree.</summary>
        Spare,

        /// <summary>The member's own tree, which then learns every instance twice; the spare tree is empty.</summary>
        Own,
    }

    /// <value>The tree that votes.</value>
    protected TTree Tree { get; private set; }

    /// <value>The background tree, or an empty one.</value>
    protected TTree Spare { get; private set; }

    /// <value>What the background learner is.</value>
    protected Background State { get; set; }

    /// <inheritdoc/>
    public override long ByteSize => 64 + Tree.ByteSize + Spare.ByteSize + _warning.ByteSize + _drift.ByteSize;

    /// <inheritdoc/>
    public override void Test(ReadOnlySpan<double> features)
    {
        TestWeight = _accuracy.VoteWeight;
        Tree.Predict(features, TestVotes);
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write((int)State);
        Tree.Save(writer);
        Spare.Save(writer);
        _warning.Persist(writer);
        _drift.Persist(writer);
        _accuracy.Save(writer);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        State = (Background)reader.ReadInt32(0, (int)Background.Own, "kind of background learner");
        Tree.Load(reader);
        Spare.Load(reader);
        _warning.Persist(reader);
        _drift.Persist(reader);
        _accuracy.Load(reader);
    }

    /// <summary>Tests an instance, learns it with a weight, and takes down whether the test was right.</summary>
    /// <param name="features">The instance.</param>
    /// <param name="label">Class index.</param>
    /// <param name="weight">The instance's own weight, which the record counts.</param>
    /// <param name="treeWeight">The weight to learn with; 0 = only test.</param>
    protected void TestThenTrainTree(ReadOnlySpan<double> features, int label, double weight, double treeWeight)
    {
        TestWeight = _accuracy.VoteWeight;
        Tree.PredictThenTrain(features, label, treeWeight, TestVotes);
        _accuracy.Add(Votes.ArgMax(TestVotes) == label, weight);
    }

    /// <summary>Gives the detectors the error of the tree as it is now, and does what they ask for.</summary>
    /// <param name="error">0 or 1.</param>
    protected void Watch(double error)
    {
        if (_warning.Update(error) == DriftSignal.Drift)
        {
            ResetSpare();
            State = Background.Spare;
            _warning.Reset();
        }
        if (_drift.Update(error) != DriftSignal.Drift) return;
        _accuracy = default;
        Replace();
    }

    /// <summary>Puts the spare tree in the place of the tree, with detectors of its own that have seen nothing.</summary>
    protected void Promote()
    {
        (Tree, Spare) = (Spare, Tree);
        Spare.Reset();
        _warning.Reset();
        _drift.Reset();
    }

    /// <summary>Forgets the drift detector's inputs.</summary>
    protected void ResetDriftDetector() => _drift.Reset();

    /// <summary>Makes the spare tree an empty one, ready to learn.</summary>
    protected abstract void ResetSpare();

    /// <summary>Answers a drift.</summary>
    protected abstract void Replace();
}
