using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe;

/// <summary>What a replay or a partition drives: predicts every row of a stream before learning from it (prequential).</summary>
/// <remarks>
/// One thread calls at a time; a learner may spread its work over the threads of its <see cref="Work.WorkRunner"/>.
/// The state, and so every prediction, is a pure function of the options, the seed and the sequence of rows:
/// it depends neither on how the sequence is cut into blocks nor on the number of threads.
/// </remarks>
public interface ILearner
{
    /// <value>What the rows look like.</value>
    Schema Schema { get; }

    /// <value>Number of instances learned so far.</value>
    long Learned { get; }

    /// <value>Number of experts alive, ≥ 1.</value>
    int ExpertCount { get; }

    /// <value>Size of the state in bytes, computed from logical counts.</value>
    long ByteSize { get; }

    /// <value>Numbers of an event that the learner wants back with its late label (see <see cref="Predictions.Contexts"/>); 0 for most.</value>
    int ContextLength => 0;

    /// <summary>Takes the rows of a block in order: each is predicted with the state after the row before it, then learned when it has a label.</summary>
    /// <param name="block">The rows. A label of <see cref="InstanceBlock.NoLabel"/> means: predict only.
    /// A late label is a row added by <see cref="InstanceBlock.AddLate"/>; the caller drops its prediction.</param>
    /// <param name="predictions">Receives one prediction a row.</param>
    void Process(InstanceBlock block, Predictions predictions);

    /// <summary>Predicts one instance outside the stream, with the present state, which stays as it is to the bit: as if nobody had asked.</summary>
    /// <remarks>The answer is that of <see cref="Process"/> to the same instance as its next row. To be called between two calls of it, by the same
    /// thread; allocates nothing once the classes have stopped growing.</remarks>
    /// <param name="features">The instance, <see cref="Streams.Schema.AttributeCount"/> values; NaN = missing, a nominal value is its index.</param>
    /// <param name="probabilities">Receives a probability for each of the <see cref="Streams.Schema.ClassCount"/> classes, in class order; the sum is 1, or 0
    /// when the learner knows nothing yet. Empty when nobody wants them.</param>
    Prediction Predict(ReadOnlySpan<double> features, Span<float> probabilities);

    /// <summary>Describes the pool as it is between two calls of <see cref="Process"/>; costs an allocation, so not for every batch.</summary>
    PoolSnapshot Describe() => PoolSnapshot.Empty;

    /// <summary>Writes the whole state.</summary>
    void Save(StateWriter writer);

    /// <summary>Replaces the whole state by one that <see cref="Save"/> of a learner with the same options wrote.</summary>
    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    void Load(StateReader reader);
}
