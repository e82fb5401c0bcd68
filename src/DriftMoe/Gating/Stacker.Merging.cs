namespace StreamMoe.DriftMoe.Gating;

/// <summary>Merging: how one expert's weight in the mixture goes to another, and back.</summary>
internal sealed partial class Stacker
{
    /// <summary>Adds one expert's weights to another's and sets them to 0; all others stay as they are.</summary>
    /// <returns>What was moved: the weight of the logarithms and that of the vote.</returns>
    public (float Weight, float Vote) Move(int from, int to)
    {
        (float weight, float vote) = (_parameters[from], _parameters[_experts + from]);
        _parameters[to] += weight;
        _parameters[_experts + to] += vote;
        Clear(from);
        return (weight, vote);
    }

    /// <summary>Takes weights from one expert and makes them another's; all others stay as they are.</summary>
    public void Return(int from, int to, float weight, float vote)
    {
        _parameters[from] -= weight;
        _parameters[_experts + from] -= vote;
        Clear(to);
        (_parameters[to], _parameters[_experts + to]) = (weight, vote);
    }

    /// <summary>The probabilities of the row that was predicted last as they would be if experts that are watched had their weights back.</summary>
    /// <param name="twins">Expert that has the weights of each.</param>
    /// <param name="moved">What would go back.</param>
    /// <param name="ownLogs">Log-probabilities of the watched experts, one after the other.</param>
    /// <param name="ownClasses">Predicted class of each.</param>
    /// <param name="accuracy">Slow accuracy of each.</param>
    /// <param name="logs">As given to <see cref="Predict"/>.</param>
    /// <param name="predicted">As given to <see cref="Predict"/>.</param>
    /// <param name="result">Receives C probabilities.</param>
    internal void PredictReturned(ReadOnlySpan<int> twins, ReadOnlySpan<MovedWeights> moved, ReadOnlySpan<float> ownLogs, ReadOnlySpan<int> ownClasses,
        ReadOnlySpan<float> accuracy, ReadOnlySpan<float> logs, ReadOnlySpan<int> predicted, Span<float> result)
    {
        _scores.CopyTo(result);
        for (int o = 0; o < twins.Length; o++)
        {
            int twin = twins[o];
            ReadOnlySpan<float> own = ownLogs.Slice(o * _classes, _classes), other = logs.Slice(twin * _classes, _classes);
            for (int c = 0; c < result.Length; c++) result[c] = MathF.FusedMultiplyAdd(moved[o].Weight, own[c] - other[c], result[c]);
            result[ownClasses[o]] += moved[o].Vote * VoteWeight(accuracy[o]);
            result[predicted[twin]] -= moved[o].Vote * _voteWeights[twin];
        }
        SoftMax(result);
    }

    private float VoteWeight(float accuracy)
    {
        float a = Math.Clamp(accuracy, Least, 1 - Least);
        return MathF.Log(a * (_classes - 1) / (1 - a));
    }
}
