using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>One expert on its own, so that trees, baselines and published ensembles run through the same harness as the mixtures.</summary>
public sealed class SingleExpertLearner : ILearner
{
    private readonly ExpertLane _lane;
    private readonly PoolSnapshot _alone;

    /// <summary>Makes the learner.</summary>
    /// <param name="schema">What the rows look like.</param>
    /// <param name="expert">The expert; from now on this object's.</param>
    public SingleExpertLearner(Schema schema, IExpert expert)
    {
        Schema = schema;
        _lane = new ExpertLane(expert);
        _alone = new PoolSnapshot([new PoolMember(0, Hyphened(expert.GetType().Name), PoolMemberState.Active, 1)], 0, double.NaN);
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public int ExpertCount => 1;

    /// <inheritdoc/>
    public long ByteSize => _lane.Expert.ByteSize;

    /// <inheritdoc/>
    public void Process(InstanceBlock block, Predictions predictions)
    {
        predictions.Begin(Schema.ClassCount);
        _lane.GrowTo(Math.Max(1, Schema.ClassCount));
        ReadOnlySpan<int> labels = block.Labels;
        Span<int> classes = predictions.Classes[..labels.Length];
        bool probable = predictions.ProbabilityCount > 0;
        for (int r = 0; r < labels.Length; r++)
        {
            int label = labels[r];
            bool labelled = label != InstanceBlock.NoLabel;
            ReadOnlySpan<double> votes = _lane.Run(block.Row(r), label, labelled);
            classes[r] = Votes.ArgMax(votes);
            if (probable) predictions.SetVotes(r, votes);
            if (labelled) Learned++;
        }
        predictions.Experts[..labels.Length].Clear();
        predictions.Gates[..labels.Length].Fill(1);
    }

    /// <inheritdoc/>
    public PoolSnapshot Describe() => _alone;

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("single-expert");
        writer.Write(Learned);
        _lane.Expert.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("single-expert");
        Learned = reader.ReadInt64();
        _lane.Expert.Load(reader);
    }

    private static string Hyphened(string name)
        => string.Concat(name.Select((c, at) => char.IsUpper(c) ? (at > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
