using StreamMoe.Experts;

namespace StreamMoe.DriftMoe.Pool;

/// <summary>One expert with the buffer for its votes: what one slot needs, and shares with no other.</summary>
/// <remarks>Of an expert with several opinions the votes are their sum.</remarks>
internal sealed class VotingExpert(IExpert expert)
{
    private readonly int _opinions = expert.OutputCount;
    private double[] _votes = [];
    private int _classes;

    public IExpert Expert { get; } = expert;

    /// <summary>Makes the votes long enough for this many classes.</summary>
    public void GrowTo(int classes)
    {
        if (_classes < classes) (_classes, _votes) = (classes, new double[_opinions * classes]);
    }

    /// <summary>Tests one instance, and trains on it when asked to.</summary>
    /// <returns>The votes before training, valid until the next call.</returns>
    public ReadOnlySpan<double> Run(ReadOnlySpan<double> features, int label, bool train)
    {
        if (train) Expert.PredictThenTrain(features, label, 1, _votes);
        else Expert.Predict(features, _votes);
        Span<double> sums = _votes.AsSpan(0, _classes);
        for (int at = _classes; at < _votes.Length; at += _classes)
            for (int c = 0; c < _classes; c++) sums[c] += _votes[at + c];
        return sums;
    }
}
