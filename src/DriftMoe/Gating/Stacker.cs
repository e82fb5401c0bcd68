using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>A linear model over the experts' log-probabilities and weighted votes: it learns online how far to trust each expert.</summary>
/// <remarks>
/// z_c = b_c + Σ_e w_e·log p_e(c) + Σ_e u_e·q_e·[c = arg max p_e], prediction soft-max(z), with q_e = ln(a_e(C−1)/(1−a_e)) and a_e the
/// expert's slow accuracy in [0.02, 0.98]: the weight of a vote under independent errors. Soft-max cross-entropy, one Adam step an instance.
/// Start: w = 2/E, u = b = 0. Cost O(E·C) an instance; memory 12·(2E + C) bytes.
/// Source: stacked generalisation, Wolpert 1992; log-linear pooling, Genest and Zidek 1986.
/// </remarks>
internal sealed partial class Stacker
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f, Least = 0.02f, Tiny = 1e-30f;

    private readonly float _rate;
    private readonly int _experts;
    private float[] _parameters, _first, _second, _gradient, _result, _scores;
    private readonly float[] _voteWeights;
    private double _power1 = 1, _power2 = 1;
    private int _classes;

    /// <param name="experts">E ≥ 1.</param>
    /// <param name="classes">C ≥ 2; may grow by <see cref="GrowTo"/>.</param>
    /// <param name="rate">Adam's learning rate, &gt; 0.</param>
    public Stacker(int experts, int classes, double rate)
    {
        (_experts, _classes, _rate) = (experts, classes, (float)rate);
        int size = 2 * experts + classes;
        (_parameters, _first, _second, _gradient) = (new float[size], new float[size], new float[size], new float[size]);
        (_result, _scores) = (new float[classes], new float[classes]);
        _voteWeights = new float[experts];
        _parameters.AsSpan(0, experts).Fill(2f / experts);
    }

    /// <value>Size of the state in bytes.</value>
    public long ByteSize => 12L * _parameters.Length + 16;

    /// <summary>Adds classes with bias 0.</summary>
    public void GrowTo(int classes)
    {
        if (classes <= _classes) return;
        int size = 2 * _experts + classes;
        Array.Resize(ref _parameters, size);
        Array.Resize(ref _first, size);
        Array.Resize(ref _second, size);
        _gradient = new float[size];
        (_result, _scores) = (new float[classes], new float[classes]);
        _classes = classes;
    }

    /// <summary>Takes an expert's weight away: weights and moments 0. All others stay as they are.</summary>
    public void Clear(int expert)
    {
        foreach (float[] values in (float[][])[_parameters, _first, _second]) values[expert] = values[_experts + expert] = 0;
    }

    /// <summary>The probabilities of one row.</summary>
    /// <param name="logs">Log-probabilities, experts × classes.</param>
    /// <param name="predicted">Predicted class of each expert.</param>
    /// <param name="accuracy">Slow accuracy of each expert.</param>
    /// <param name="running">Experts that have an opinion; the log-probabilities of others must be 0.</param>
    /// <returns>C probabilities, valid until the next call.</returns>
    public ReadOnlySpan<float> Predict(ReadOnlySpan<float> logs, ReadOnlySpan<int> predicted, ReadOnlySpan<float> accuracy, ReadOnlySpan<bool> running)
    {
        Span<float> z = _result;
        _parameters.AsSpan(2 * _experts, _classes).CopyTo(z);
        for (int e = 0; e < _experts; e++)
        {
            if (!running[e])
            {
                _voteWeights[e] = 0;
                continue;
            }
            float weight = _parameters[e];
            ReadOnlySpan<float> log = logs.Slice(e * _classes, _classes);
            for (int c = 0; c < z.Length; c++) z[c] = MathF.FusedMultiplyAdd(weight, log[c], z[c]);
            _voteWeights[e] = VoteWeight(accuracy[e]);
            z[predicted[e]] = MathF.FusedMultiplyAdd(_parameters[_experts + e], _voteWeights[e], z[predicted[e]]);
        }
        z.CopyTo(_scores);
        SoftMax(z);
        return z;
    }

    /// <summary>The probabilities of the row that was predicted last as they would be without some experts.</summary>
    /// <param name="first">First of the experts left out.</param>
    /// <param name="count">Number of experts left out, neighbours of the first.</param>
    /// <param name="logs">As given to <see cref="Predict"/>.</param>
    /// <param name="predicted">As given to <see cref="Predict"/>.</param>
    /// <param name="result">Receives C probabilities.</param>
    public void PredictWithout(int first, int count, ReadOnlySpan<float> logs, ReadOnlySpan<int> predicted, Span<float> result)
    {
        _scores.CopyTo(result);
        for (int e = first; e < first + count; e++)
        {
            float weight = -_parameters[e];
            ReadOnlySpan<float> log = logs.Slice(e * _classes, _classes);
            for (int c = 0; c < result.Length; c++) result[c] = MathF.FusedMultiplyAdd(weight, log[c], result[c]);
            result[predicted[e]] = MathF.FusedMultiplyAdd(-_parameters[_experts + e], _voteWeights[e], result[predicted[e]]);
        }
        SoftMax(result);
    }

    /// <summary>Learns the row that <see cref="Predict"/> was last called for.</summary>
    /// <param name="label">Its class.</param>
    /// <param name="logs">As given to <see cref="Predict"/>.</param>
    /// <param name="predicted">As given to <see cref="Predict"/>.</param>
    public void Train(int label, ReadOnlySpan<float> logs, ReadOnlySpan<int> predicted)
    {
        Span<float> delta = _result;
        delta[label] -= 1;
        for (int e = 0; e < _experts; e++)
        {
            ReadOnlySpan<float> log = logs.Slice(e * _classes, _classes);
            float sum = 0;
            for (int c = 0; c < delta.Length; c++) sum = MathF.FusedMultiplyAdd(delta[c], log[c], sum);
            _gradient[e] = sum;
            _gradient[_experts + e] = _voteWeights[e] * delta[predicted[e]];
        }
        delta.CopyTo(_gradient.AsSpan(2 * _experts));
        Step();
    }

    /// <summary>Writes parameters and moments.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("stacker");
        writer.Write(_classes);
        writer.Write(_power1);
        writer.Write(_power2);
        writer.Write(_parameters);
        writer.Write(_first);
        writer.Write(_second);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("stacker");
        GrowTo(reader.ReadInt32(2, int.MaxValue / 2, "the number of classes"));
        _power1 = reader.ReadDouble();
        _power2 = reader.ReadDouble();
        reader.ReadInto(_parameters.AsSpan(), "the stacker's parameters");
        reader.ReadInto(_first.AsSpan(), "the stacker's first moments");
        reader.ReadInto(_second.AsSpan(), "the stacker's second moments");
    }

    private static void SoftMax(Span<float> z)
    {
        float max = z[0], sum = 0;
        foreach (float value in z) max = MathF.Max(max, value);
        for (int c = 0; c < z.Length; c++) sum += z[c] = MathF.Exp(z[c] - max);
        for (int c = 0; c < z.Length; c++) z[c] /= sum;
    }

    private void Step()
    {
        // Below this the powers change nothing any more, and denormals would slow every step.
        _power1 = Math.Max(_power1 * Beta1, Tiny);
        _power2 = Math.Max(_power2 * Beta2, Tiny);
        float rate = (float)(_rate / (1 - _power1)), scale = (float)(1 / Math.Sqrt(1 - _power2));
        for (int i = 0; i < _parameters.Length; i++)
        {
            float g = _gradient[i];
            float m = MathF.FusedMultiplyAdd(1 - Beta1, g - _first[i], _first[i]);
            float v = MathF.FusedMultiplyAdd(1 - Beta2, g * g - _second[i], _second[i]);
            _first[i] = MathF.Abs(m) < Tiny ? 0 : m;
            _second[i] = v < Tiny ? 0 : v;
            _parameters[i] -= rate * _first[i] / (MathF.Sqrt(_second[i]) * scale + Epsilon);
        }
    }
}
