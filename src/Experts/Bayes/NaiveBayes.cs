using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Bayes;

/// <summary>Incremental naive Bayes: a Gaussian a class for each numeric attribute, counts a class for each nominal one.</summary>
/// <remarks>
/// The vote for class c is its share of the weight times Π P(x_a | c) over the attributes that are not missing, in attribute
/// order; a nominal P is (n + 1) / (Σn + V), V = 1 + the highest value seen with c; a class without a value of an attribute
/// gets 0. No logarithms: with very many attributes all votes may underflow to 0. It is a Hoeffding tree's leaf that never splits.
/// Forgets nothing. Cost of an instance: O(attributes × classes).
/// </remarks>
internal sealed class NaiveBayes : IExpert
{
    private AttributePlan _plan;
    private int _declaredClasses;
    private SufficientStatistics _statistics;
    private readonly InstanceScratch _instance = new();

    /// <summary>Makes one that has learned nothing.</summary>
    /// <param name="schema">The stream's attributes. Classes and nominal values known now get room from the beginning; others may come.</param>
    public NaiveBayes(Schema schema)
    {
        _plan = AttributePlan.Of(schema);
        _declaredClasses = Math.Max(1, schema.ClassCount);
        _statistics = new SufficientStatistics([], _declaredClasses, bayes: true);
        _instance.Reserve(_plan, _statistics.Classes);
    }

    /// <inheritdoc/>
    /// <remarks>64 + the statistics, counted as <see cref="HoeffdingTree.ByteSize"/> counts an active leaf's.</remarks>
    public long ByteSize => 64 + _statistics.Bytes(_plan);

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        _instance.Take(features, _plan);
        Vote(votes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        _instance.TakeToLearn(features, label, _plan);
        Learn(label, weight);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label or a nominal value is negative or above 65,535; nothing was learned.</exception>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        bool learnable = _instance.Take(features, _plan) & (uint)label <= AttributePlan.LargestIndex;
        Vote(votes);
        if (!(weight > 0)) return;
        if (!learnable) _instance.TakeToLearn(features, label, _plan);
        Learn(label, weight);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("naive-bayes");
        _plan.Save(writer);
        writer.Write(_declaredClasses);
        _statistics.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("naive-bayes");
        AttributePlan plan = AttributePlan.Load(reader, _plan);
        int classes = reader.ReadInt32(1, AttributePlan.LargestIndex + 1, "declared classes");
        _statistics = SufficientStatistics.Load(reader, classes, bayes: true, plan);
        (_plan, _declaredClasses) = (plan, classes);
        _instance.Reserve(_plan, _statistics.Classes);
    }

    private void Vote(Span<double> votes)
    {
        ReadOnlySpan<double> known = _statistics.BayesVotes(_instance);
        int shared = Math.Min(known.Length, votes.Length);
        for (int c = 0; c < shared; c++) votes[c] = known[c];
        if (known.Length > shared) known.CopyTo(votes); // says that there is no room
        votes[shared..].Clear();
    }

    private void Learn(int label, double weight)
    {
        if (_statistics.AddClassWeight(label, weight) | _statistics.Observe(_instance, label, weight, _plan))
            _instance.Reserve(_plan, _statistics.Classes);
    }
}
