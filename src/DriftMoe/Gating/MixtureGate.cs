using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Routing;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>Makes one prediction of a pool's opinions, row by row, and learns from each label which experts to trust where.</summary>
/// <remarks>
/// The router sees the standardised view and, per expert, how its fast accuracy differs from its very slow one, its slow accuracy and its
/// confidence; it learns the multi-hot correctness mask by binary cross-entropy, a step every few instances. The gate is
/// g_e ∝ exp(r_e/τ)·a_e^κ with the slow accuracy a_e. The stacker is a second opinion on the whole pool.
/// A late label teaches the router twice: see <see cref="LearnKept"/>.
/// </remarks>
internal sealed partial class MixtureGate
{
    private readonly GateOptions _options;
    private readonly int _viewLength, _experts;
    private readonly Router _router;
    private readonly Stacker _stacker;
    private readonly float[] _inputs, _logits, _gates, _target, _confidences;
    private readonly byte[] _chosen;
    private readonly ReadOnlyMemory<bool> _heard;
    private readonly float[] _meanGates;
    private readonly double[] _votesForLabel;
    private float[] _result, _scratch, _softWithout;

    /// <param name="options">The options.</param>
    /// <param name="viewLength">Numbers of the standardised view.</param>
    /// <param name="heard">Whether each expert has an opinion now; its owner changes it, the gate reads it.</param>
    /// <param name="classes">Number of classes known now.</param>
    /// <param name="seed">Seeds the router.</param>
    public MixtureGate(GateOptions options, int viewLength, ReadOnlyMemory<bool> heard, int classes, long seed)
    {
        int experts = heard.Length;
        (_options, _viewLength, _experts, _heard) = (options, viewLength, experts, heard);
        _router = new Router(viewLength + 3 * experts, experts, options.Router, dropout: 0, seed, options.RouterTarget);
        _stacker = new Stacker(experts, classes, options.StackerRate);
        Records = new ExpertRecords(experts);
        _inputs = new float[viewLength + 3 * experts];
        (_logits, _gates, _target, _confidences) = (new float[experts], new float[experts], new float[experts], new float[experts]);
        _keptClasses = new int[experts];
        _chosen = new byte[experts];
        _meanGates = new float[experts];
        _votesForLabel = new double[experts];
        (_result, _scratch, _softWithout) = (new float[classes], new float[classes], new float[classes]);
    }

    public ExpertRecords Records { get; }

    /// <summary>Makes experts begin: they weigh nothing before they have proved right.</summary>
    public void BeginFromNothing(int first, int count)
    {
        for (int e = first; e < first + count; e++)
        {
            _stacker.Clear(e);
            Records.Reset(e);
            _meanGates[e] = 0;
        }
    }

    /// <summary>Gate of each expert for the row that was combined last; they sum to 1.</summary>
    public ReadOnlySpan<float> Gates => _gates;

    public double RouterLoss => _router.Loss;

    public long ByteSize => _router.ByteSize + _stacker.ByteSize + 12L * _experts;

    public void GrowTo(int classes)
    {
        _stacker.GrowTo(classes);
        if (_result.Length < classes) (_result, _scratch, _softWithout) = (new float[classes], new float[classes], new float[classes]);
    }

    /// <summary>Combines one row's opinions.</summary>
    /// <param name="view">The standardised view of the row.</param>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="row">The row.</param>
    /// <returns>C probabilities, valid until the next call.</returns>
    public ReadOnlySpan<float> Combine(ReadOnlySpan<double> view, Opinions opinions, int row)
    {
        Route(view, opinions, row);
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row);
        ReadOnlySpan<float> stacked = _stacker.Predict(opinions.Logs(row), opinions.Classes(row), Records.Slow, _heard.Span);
        Span<float> result = _result.AsSpan(0, opinions.ClassCount);
        switch (_options.Gating)
        {
            case GatingKind.Top1:
                probabilities.Slice(Leader() * result.Length, result.Length).CopyTo(result);
                break;
            case GatingKind.TopKVote:
                Vote(opinions.Classes(row), result);
                break;
            case GatingKind.Stacker:
                stacked.CopyTo(result);
                break;
            default:
                Mix(probabilities, result);
                if (_options.Gating == GatingKind.Mean) Join(result, stacked);
                break;
        }
        return result;
    }

    /// <summary>The expert with the largest gate for the row that was combined last.</summary>
    public int Leader()
    {
        int best = 0;
        for (int e = 1; e < _experts; e++)
            if (_gates[e] > _gates[best]) best = e;
        return best;
    }

    /// <summary>Learns the label of the row that was combined last.</summary>
    /// <param name="label">The label.</param>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="row">The row.</param>
    /// <param name="weight">What the instance weighs to the records.</param>
    /// <param name="routerShare">What it weighs to the router, in [0, 1].</param>
    public void Learn(int label, Opinions opinions, int row, float weight = 1, float routerShare = 1)
    {
        ReadOnlySpan<int> classes = opinions.Classes(row);
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row);
        ReadOnlySpan<bool> heard = _heard.Span;
        for (int e = 0; e < _experts; e++) _votesForLabel[e] = heard[e] ? probabilities[e * opinions.ClassCount + label] : -1;
        for (int e = 0; e < _experts; e++)
            if (heard[e]) _meanGates[e] += ExpertRecords.VerySlowRate * (_gates[e] - _meanGates[e]);
        TeachRouter(label, classes, routerShare);
        _stacker.Train(label, opinions.Logs(row), classes);
        if (weight == 1) Records.Add(label, classes, heard);
        else Records.Add(label, classes, heard, weight);
    }

    /// <summary>The probability that the mixture would give a class of the row combined last without some experts.</summary>
    public float ProbabilityWithout(int first, int count, int label, Opinions opinions, int row)
    {
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row);
        int classes = opinions.ClassCount;
        if (_options.Geometric) return GeometricWithout(first, count, label, opinions, row);
        float rest = 1, soft = 0;
        for (int e = 0; e < _experts; e++)
        {
            if (e >= first && e < first + count) rest -= _gates[e];
            else soft += _gates[e] * probabilities[e * classes + label];
        }
        soft = rest > 1e-6f ? soft / rest : 1f / classes;
        _stacker.PredictWithout(first, count, opinions.Logs(row), opinions.Classes(row), _scratch.AsSpan(0, classes));
        return 0.5f * (soft + _scratch[label]);
    }

    public void Save(StateWriter writer)
    {
        writer.Mark("gate");
        _router.Save(writer);
        _stacker.Save(writer);
        Records.Save(writer);
        writer.Write(_meanGates);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("gate");
        _router.Load(reader, _experts);
        _stacker.Load(reader);
        Records.Load(reader);
        reader.ReadNumbersInto(_meanGates.AsSpan(), "the mean gates");
    }

    private void Route(ReadOnlySpan<double> view, Opinions opinions, int row)
    {
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row);
        ReadOnlySpan<int> classes = opinions.Classes(row);
        ReadOnlySpan<bool> heard = _heard.Span;
        for (int e = 0; e < _experts; e++) _confidences[e] = heard[e] ? probabilities[e * opinions.ClassCount + classes[e]] : float.NaN;
        RunRouter(view);

        float temperature = (float)_options.Router.Temperature, power = (float)_options.AccuracyPower, max = float.NegativeInfinity, sum = 0;
        for (int e = 0; e < _experts; e++)
        {
            if (!heard[e])
            {
                _gates[e] = float.NegativeInfinity;
                continue;
            }
            _gates[e] = _logits[e] / temperature + power * MathF.Log(MathF.Max(Records.Slow[e], 1e-6f));
            max = MathF.Max(max, _gates[e]);
        }
        for (int e = 0; e < _experts; e++) sum += _gates[e] = MathF.Exp(_gates[e] - max);
        for (int e = 0; e < _experts; e++) _gates[e] /= sum;
    }

    /// <summary>The logits for a view and the confidences of the experts, where NaN stands for no opinion.</summary>
    private void RunRouter(ReadOnlySpan<double> view)
    {
        for (int i = 0; i < _viewLength; i++) _inputs[i] = (float)view[i];
        int at = _viewLength;
        for (int e = 0; e < _experts; e++, at += 3)
        {
            bool heard = !float.IsNaN(_confidences[e]);
            _inputs[at] = heard ? 4 * (Records.Fast[e] - Records.VerySlow[e]) : 0;
            _inputs[at + 1] = heard ? 2 * Records.Slow[e] - 1 : 0;
            _inputs[at + 2] = heard ? 2 * _confidences[e] - 1 : 0;
        }
        _router.Forward(_inputs, 1, _logits);
    }

    /// <summary>Makes the row that <see cref="RunRouter"/> has seen a lesson, by the votes for its label; negative = no opinion.</summary>
    private void TeachRouter(int label, ReadOnlySpan<int> classes, float share = 1)
    {
        if (_options.RouterTarget == RouterTarget.Best) CorrectnessMask.FillBest(_votesForLabel, _target);
        else
        {
            CorrectnessMask.Fill(label, classes, _votesForLabel, _target);
            // The router's own probability as the target: no gradient for an output whose expert has no opinion.
            for (int e = 0; e < _experts; e++)
                if (_votesForLabel[e] < 0) _target[e] = 1 / (1 + MathF.Exp(-_logits[e]));
        }
        if (share != 1)
        {
            for (int e = 0; e < _experts; e++)
            {
                float own = 1 / (1 + MathF.Exp(-_logits[e]));
                _target[e] = own + share * (_target[e] - own);
            }
        }
        _router.Remember(_inputs, _target);
        if (_router.IsFull) _router.Step();
    }

    private void Mix(ReadOnlySpan<float> probabilities, Span<float> result)
    {
        result.Clear();
        for (int e = 0; e < _experts; e++)
        {
            float gate = _gates[e];
            ReadOnlySpan<float> own = probabilities.Slice(e * result.Length, result.Length);
            for (int c = 0; c < result.Length; c++) result[c] = MathF.FusedMultiplyAdd(gate, own[c], result[c]);
        }
    }

    private void Vote(ReadOnlySpan<int> classes, Span<float> result)
    {
        TopK.Mark(_gates, Math.Min(_options.VotingExperts, _experts), _chosen);
        result.Clear();
        float sum = 0;
        for (int e = 0; e < _experts; e++)
        {
            if (_chosen[e] == 0) continue;
            result[classes[e]] += _gates[e];
            sum += _gates[e];
        }
        foreach (ref float share in result) share /= sum;
    }
}
