using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Views;
using StreamMoe.Experts;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>One expert on its own, so that trees, nets, baselines and published ensembles run through the same harness as the mixtures.</summary>
/// <remarks>An expert that sees another view than the raw instance has scales of its own, which every event moves; a late label is learned with the view
/// that its event had.</remarks>
internal sealed class SingleExpertLearner : ILearner
{
    private readonly VotingExpert _expert;
    private readonly PoolSnapshot _alone;
    private readonly InstanceViews? _views;
    private readonly double[] _view = [];
    private readonly int _viewLength;

    /// <summary>Makes the learner.</summary>
    /// <param name="schema">What the rows look like.</param>
    /// <param name="expert">What the expert is.</param>
    /// <param name="seed">Seed of all that is random in it.</param>
    public SingleExpertLearner(Schema schema, ExpertSpec expert, long seed)
    {
        Schema = schema;
        if (expert.View != ExpertView.Raw)
        {
            _views = new InstanceViews(schema);
            _view = new double[_views.Length];
            _viewLength = _views.LengthOf(expert.View);
        }
        _expert = new VotingExpert(expert.Create(_views?.SchemaOf(_viewLength) ?? schema, unchecked((ulong)seed)));
        _alone = new PoolSnapshot([new PoolMember(0, expert.ToString(), PoolMemberState.Active, 1)], 0, double.NaN);
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public int ExpertCount => 1;

    /// <inheritdoc/>
    public int ContextLength => _viewLength;

    /// <inheritdoc/>
    public long ByteSize => _expert.Expert.ByteSize + (_views?.ByteSize ?? 0);

    /// <inheritdoc/>
    public void Process(InstanceBlock block, Predictions predictions)
    {
        predictions.Begin(Schema.ClassCount);
        _expert.GrowTo(Math.Max(1, Schema.ClassCount));
        ReadOnlySpan<int> labels = block.Labels;
        Span<int> classes = predictions.Classes[..labels.Length];
        bool probable = predictions.ProbabilityCount > 0;
        for (int r = 0; r < labels.Length; r++)
        {
            int label = labels[r];
            bool labelled = label != InstanceBlock.NoLabel;
            ReadOnlySpan<double> votes = _expert.Run(_views is null ? block.Row(r) : View(block, r, predictions), label, labelled);
            classes[r] = Votes.ArgMax(votes);
            if (probable) predictions.SetVotes(r, votes);
            if (!labelled) continue;
            _views?.Learn(label, block.Row(r));
            Learned++;
        }
        predictions.Experts[..labels.Length].Clear();
        predictions.Gates[..labels.Length].Fill(1);
    }

    /// <inheritdoc/>
    public Prediction Predict(ReadOnlySpan<double> features, Span<float> probabilities)
    {
        _expert.GrowTo(Math.Max(1, Schema.ClassCount));
        _views?.Peek(features, _view);
        ReadOnlySpan<double> votes = _expert.Run(_views is null ? features : _view.AsSpan(0, _viewLength), InstanceBlock.NoLabel, train: false);
        Predictions.SharesOf(votes, probabilities);
        return new Prediction(Votes.ArgMax(votes), 0, 1);
    }

    /// <inheritdoc/>
    public PoolSnapshot Describe() => _alone;

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("single-expert");
        writer.Write(Learned);
        _views?.Save(writer);
        _expert.Expert.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("single-expert");
        Learned = reader.ReadCount("the number of instances learned");
        _views?.Load(reader);
        _expert.Expert.Load(reader);
    }

    /// <summary>What the expert sees of a row: of a late label that which its event had, else a new view, which is kept for the event's label.</summary>
    private ReadOnlySpan<double> View(InstanceBlock block, int row, Predictions predictions)
    {
        if (block.IsLate(row)) return block.Context(row);
        _views!.Observe(block.Row(row), _view);
        ReadOnlySpan<double> view = _view.AsSpan(0, _viewLength);
        if (predictions.ContextLength > 0) view.CopyTo(predictions.Contexts[(row * _viewLength)..]);
        return view;
    }
}
