using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Trees;

/// <summary>A Hoeffding tree that is replaced when its error rises: by a background tree, or by an empty one.</summary>
/// <remarks>
/// The 0/1 error of the vote that comes before learning goes into an ADWIN with <see cref="DriftingTreeOptions.DriftDelta"/>
/// and, if there is to be a background tree, into a second one with <see cref="DriftingTreeOptions.WarningDelta"/>. A signal of
/// the second starts an empty background tree, which then learns what the tree learns; a further signal starts it anew. A signal
/// of the first puts the background tree in the tree's place, or, without one, empties the tree; both ADWINs start anew.
/// With λ &gt; 0 every weight is multiplied by a Poisson number of the expert's own source, so that trees with different seeds
/// differ, as in bagging (Oza and Russell 2001); with λ = 1 a third of the instances are left out, with 6 hardly any.
/// <para>The votes are the tree's, not normalised. Cost: a tree's, twice that while there is a background tree, and 20–40 ns a
/// detector. Memory: up to two trees, each bounded by <see cref="HoeffdingTreeOptions.MaxByteSize"/>.</para>
/// Source: Gomes et al. 2017, "Adaptive random forests for evolving data stream classification" (warning, drift, background
/// tree), here without random subspaces.
/// </remarks>
internal sealed class DriftingTree : IExpert
{
    private readonly DriftingTreeOptions _options;
    private readonly SeededRandom _random;
    private readonly PoissonDraw? _poisson;
    private readonly AdwinDetector? _warning;
    private readonly AdwinDetector _drift;
    private HoeffdingTree _tree, _background;
    private double[] _votes;

    /// <summary>Makes one with an empty tree.</summary>
    /// <param name="schema">The stream's attributes. Classes and nominal values known now get room from the beginning; others may come.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="seed">Seed of the Poisson numbers; of no effect with λ = 0.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public DriftingTree(Schema schema, DriftingTreeOptions? options = null, ulong seed = 1)
    {
        _options = (options ?? new DriftingTreeOptions()).Checked();
        _random = new SeededRandom(seed);
        _poisson = _options.Lambda > 0 ? new PoissonDraw(_options.Lambda) : null;
        _warning = _options.WarningDelta > 0 ? new AdwinDetector(new AdwinOptions { DeltaAdwin = _options.WarningDelta }) : null;
        _drift = new AdwinDetector(new AdwinOptions { DeltaAdwin = _options.DriftDelta });
        _tree = new HoeffdingTree(schema, _options.Tree);
        _background = new HoeffdingTree(schema, _options.Tree);
        _votes = new double[Math.Max(1, schema.ClassCount)];
    }

    /// <value>The options.</value>
    public DriftingTreeOptions Options => _options;

    /// <value>Drifts so far: how often the tree was replaced.</value>
    public long DriftCount { get; private set; }

    /// <value>True while a background tree learns.</value>
    public bool HasBackground { get; private set; }

    /// <inheritdoc/>
    /// <remarks>64 + the trees' sizes, + those of the detectors.</remarks>
    public long ByteSize => 64 + _tree.ByteSize + (HasBackground ? _background.ByteSize : 0) + _drift.ByteSize + (_warning?.ByteSize ?? 0);

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes) => _tree.Predict(features, votes);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        Learn(features, label, weight, _votes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535.</exception>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        if (weight > 0) Learn(features, label, weight, votes);
        else Predict(features, votes);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("drifting-tree");
        writer.Write(DriftCount);
        writer.Write(HasBackground);
        writer.Write(_votes.Length);
        _random.Persist(writer);
        _drift.Persist(writer);
        _warning?.Persist(writer);
        _tree.Save(writer);
        if (HasBackground) _background.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("drifting-tree");
        DriftCount = reader.ReadCount("the number of drifts");
        HasBackground = reader.ReadBoolean();
        _votes = new double[reader.ReadInt32(1, AttributePlan.LargestIndex + 1, "number of classes")];
        _random.Persist(reader);
        _drift.Persist(reader);
        _warning?.Persist(reader);
        _tree.Load(reader);
        if (HasBackground) _background.Load(reader);
        else _background.Reset(asDeclaredFor: _tree);
    }

    private void Learn(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)label, (uint)AttributePlan.LargestIndex, nameof(label));
        double drawn = _poisson is null ? weight : weight * _poisson.At(_random.NextDouble());
        _tree.PredictThenTrain(features, label, drawn, votes);
        if (HasBackground) _background.Train(features, label, drawn);
        if (label >= _votes.Length) Array.Resize(ref _votes, label + 1);
        Watch(Votes.ArgMax(votes) == label ? 0 : 1);
    }

    private void Watch(double error)
    {
        if (_warning is not null && _warning.Update(error) == DriftSignal.Drift)
        {
            _background.Reset();
            _warning.Reset();
            HasBackground = true;
        }
        if (_drift.Update(error) != DriftSignal.Drift) return;
        if (HasBackground) (_tree, _background) = (_background, _tree);
        else _tree.Reset();
        _background.Reset();
        HasBackground = false;
        _drift.Reset();
        _warning?.Reset();
        DriftCount++;
    }
}
