using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Ensembles;

/// <summary>A tree of a bag, with a window over its errors.</summary>
internal sealed class BaggedMember : EnsembleMember
{
    private readonly IMemberTree _tree;
    private readonly Adwin? _errors;

    /// <summary>Makes a member.</summary>
    public BaggedMember(Schema schema, LeveragingBaggingOptions options)
    {
        _tree = new HoeffdingTree(schema, options.Tree);
        if (options.ReplaceOnDrift) _errors = new Adwin(options.DeltaAdwin);
    }

    /// <value>True when the last instance cut the window and its mean rose.</value>
    public bool ErrorRose { get; private set; }

    /// <value>Mean of the window; NaN when it is empty, 0 when there is none.</value>
    public double ErrorMean => _errors?.Mean ?? 0;

    /// <inheritdoc/>
    public override long ByteSize => _tree.ByteSize + (_errors?.ByteSize ?? 0);

    /// <inheritdoc/>
    public override void Test(ReadOnlySpan<double> features) => _tree.Predict(features, TestVotes);

    /// <inheritdoc/>
    public override void TestThenLearn(ReadOnlySpan<double> features, int label, double weight, int times)
    {
        _tree.PredictThenTrain(features, label, weight * times, TestVotes);
        if (_errors is null) return;
        int predicted = times > 0 ? _tree.PredictedClassOfLearned(features) : Votes.ArgMax(TestVotes);
        double before = _errors.Mean;
        ErrorRose = _errors.Add(predicted == label ? 0 : 1) && _errors.Mean > before;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _tree.Reset();
        _errors?.Reset();
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        _tree.Save(writer);
        _errors?.Persist(writer);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        _tree.Load(reader);
        _errors?.Persist(reader);
    }
}
