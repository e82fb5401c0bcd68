using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>How the two heads become one.</summary>
internal sealed partial class MixtureGate
{
    // What a head gives at least, so that one alone cannot rule a class out.
    private const float LeastOfHead = 1e-6f;

    private void Join(Span<float> soft, ReadOnlySpan<float> stacked)
    {
        if (!_options.Geometric)
        {
            for (int c = 0; c < soft.Length; c++) soft[c] = 0.5f * (soft[c] + stacked[c]);
            return;
        }
        float sum = 0;
        for (int c = 0; c < soft.Length; c++) sum += soft[c] = MathF.Sqrt(MathF.Max(soft[c], LeastOfHead) * MathF.Max(stacked[c], LeastOfHead));
        for (int c = 0; c < soft.Length; c++) soft[c] /= sum;
    }

    private float GeometricWithout(int first, int count, int label, Opinions opinions, int row)
    {
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row);
        Span<float> soft = _softWithout.AsSpan(0, opinions.ClassCount), stacked = _scratch.AsSpan(0, soft.Length);
        soft.Clear();
        float rest = 1;
        for (int e = 0; e < _experts; e++)
        {
            if (e >= first && e < first + count) rest -= _gates[e];
            else
                for (int c = 0; c < soft.Length; c++) soft[c] += _gates[e] * probabilities[e * soft.Length + c];
        }
        for (int c = 0; c < soft.Length; c++) soft[c] = rest > 1e-6f ? soft[c] / rest : 1f / soft.Length;
        _stacker.PredictWithout(first, count, opinions.Logs(row), opinions.Classes(row), stacked);
        Join(soft, stacked);
        return soft[label];
    }

    private float GeometricReturned(int first, ReadOnlySpan<int> twins, ReadOnlySpan<MovedWeights> moved, int label, Opinions opinions, Opinions unheard, int row)
    {
        int classes = opinions.ClassCount;
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row), own = unheard.Probabilities(row);
        Span<float> soft = _softWithout.AsSpan(0, classes), stacked = _scratch.AsSpan(0, classes);
        Mix(probabilities, soft);
        for (int o = 0; o < twins.Length; o++)
            for (int c = 0; c < classes; c++)
                soft[c] += _gates[twins[o]] * moved[o].Share * (own[(first + o) * classes + c] - probabilities[twins[o] * classes + c]);
        _stacker.PredictReturned(twins, moved, unheard.Logs(row)[(first * classes)..], unheard.Classes(row)[first..], Records.Slow[first..],
            opinions.Logs(row), opinions.Classes(row), stacked);
        Join(soft, stacked);
        return soft[label];
    }
}
