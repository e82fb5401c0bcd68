using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>Merging: how one expert's weight in the mixture goes to another, and back.</summary>
internal sealed partial class MixtureGate
{
    /// <summary>Gives one expert the weight of another: its stacker weights, and a router bias that raises its mean gate to that of both.
    /// No other expert's moves.</summary>
    public MovedWeights MoveWeights(int from, int to)
    {
        (float weight, float vote) = _stacker.Move(from, to);
        float own = MathF.Max(_meanGates[to], 1e-3f), both = own + _meanGates[from];
        float bias = (float)_options.Router.Temperature * MathF.Log(both / own);
        _router.RaiseBias(to, bias);
        return new MovedWeights(weight, vote, bias, _meanGates[from] / both);
    }

    /// <summary>Gives back what <see cref="MoveWeights"/> moved; the expert has the records that it had.</summary>
    public void ReturnWeights(int from, int to, MovedWeights moved)
    {
        _stacker.Return(to, from, moved.Weight, moved.Vote);
        _router.RaiseBias(to, -moved.Bias);
    }

    /// <summary>The probability that the mixture would give a class of the row combined last if experts had the weights back that they gave away.</summary>
    /// <param name="first">First of the experts.</param>
    /// <param name="twins">Who has the weights of each of them.</param>
    /// <param name="moved">What was moved.</param>
    /// <param name="label">The class.</param>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="unheard">Opinions of the experts that run unheard.</param>
    /// <param name="row">The row.</param>
    public float ProbabilityReturned(int first, ReadOnlySpan<int> twins, ReadOnlySpan<MovedWeights> moved, int label, Opinions opinions, Opinions unheard, int row)
    {
        int classes = opinions.ClassCount;
        if (_options.Geometric) return GeometricReturned(first, twins, moved, label, opinions, unheard, row);
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row), own = unheard.Probabilities(row);
        float soft = 0;
        for (int e = 0; e < _experts; e++) soft += _gates[e] * probabilities[e * classes + label];
        for (int o = 0; o < twins.Length; o++)
            soft += _gates[twins[o]] * moved[o].Share * (own[(first + o) * classes + label] - probabilities[twins[o] * classes + label]);
        _stacker.PredictReturned(twins, moved, unheard.Logs(row)[(first * classes)..], unheard.Classes(row)[first..], Records.Slow[first..],
            opinions.Logs(row), opinions.Classes(row), _scratch.AsSpan(0, classes));
        return 0.5f * (soft + _scratch[label]);
    }
}
