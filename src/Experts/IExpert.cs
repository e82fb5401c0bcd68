using StreamMoe.Experts.State;

namespace StreamMoe.Experts;

/// <summary>An incremental learner: votes for the classes of an instance, and learns one labelled instance at a time.</summary>
/// <remarks>
/// One thread at a time. The state is a pure function of the options, the seed and the sequence of
/// <see cref="Train"/> calls. Classes and nominal values may come that were unknown when the expert was made.
/// </remarks>
public interface IExpert
{
    /// <value>Number of opinions that the expert gives of an instance, ≥ 1. Most give one; a net may give those of its present and of its
    /// averaged weights, a neighbour window those of several lengths, from one pass. The default is 1.</value>
    int OutputCount => 1;

    /// <summary>Votes for each class with the present state; changes nothing and allocates nothing.</summary>
    /// <param name="features">The instance; NaN = missing, a nominal value is its index.</param>
    /// <param name="votes">Receives a score a class, ≥ 0 in general, not normalised, in class order; with several outputs, one such row
    /// after the other, all of the same length. That length is at least 1 + the largest class index learned so far; entries of
    /// classes that the expert does not know become 0.</param>
    void Predict(ReadOnlySpan<double> features, Span<double> votes);

    /// <summary>Learns one instance.</summary>
    /// <param name="features">The instance; NaN = missing.</param>
    /// <param name="label">Class index ≥ 0.</param>
    /// <param name="weight">Weight; an instance with a weight ≤ 0 is ignored.</param>
    void Train(ReadOnlySpan<double> features, int label, double weight = 1);

    /// <summary>Votes, then learns: the same bits as <see cref="Predict"/> followed by <see cref="Train"/>, with the work that both share done once.</summary>
    void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        Predict(features, votes);
        Train(features, label, weight);
    }

    /// <value>Size of the state in bytes, computed from logical counts (never from capacities or the collector).</value>
    long ByteSize { get; }

    /// <summary>Writes the whole state.</summary>
    void Save(StateWriter writer);

    /// <summary>Replaces the whole state by one that <see cref="Save"/> of an expert with the same options wrote.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    void Load(StateReader reader);
}
