namespace StreamMoe.DriftMoe;

/// <summary>What a learner says of one instance when it is asked outside the stream (see <see cref="ILearner.Predict"/>).</summary>
/// <param name="Class">Predicted class index, ≥ 0. It may be <see cref="Streams.Schema.ClassCount"/> or above while classes have no names yet.</param>
/// <param name="Expert">Id of the expert with the largest gate.</param>
/// <param name="Gate">Gate of that expert, in (0, 1].</param>
public readonly record struct Prediction(int Class, int Expert, float Gate);
