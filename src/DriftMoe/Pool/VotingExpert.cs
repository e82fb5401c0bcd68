using StreamMoe.Experts;

namespace StreamMoe.DriftMoe.Pool;

/// <summary>One expert with the buffer for its votes: what one slot needs, and shares with no other.</summary>
internal sealed class VotingExpert(IExpert expert)
{
    private double[] _votes = [];

    public IExpert Expert { get; } = expert;

    /// <summary>Makes the votes long enough for this many classes.</summary>
    public void GrowTo(int classes)
    {
        if (_votes.Length < classes) _votes = new double[classes];
    }

    /// <summary>Tests one instance, and trains on it when asked to.</summary>
    /// <returns>The votes before training, valid until the next call.</returns>
    public ReadOnlySpan<double> Run(ReadOnlySpan<double> features, int label, bool train)
    {
        if (train) Expert.PredictThenTrain(features, label, 1, _votes);
        else Expert.Predict(features, _votes);
        return _votes;
    }
}
