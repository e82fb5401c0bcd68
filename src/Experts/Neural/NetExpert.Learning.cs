using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neural;

public sealed partial class NetExpert
{
    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("net-expert");
        writer.Write(_learned);
        writer.Write(_rho);
        writer.Write(_rhoGradient);
        writer.Write(_labels.AsSpan(0, _pending));
        writer.Write(_weights.AsSpan(0, _pending));
        writer.Write(_rows.AsSpan(0, _pending * _stack.Inputs));
        _stack.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("net-expert");
        long learned = reader.ReadInt64();
        double rho = reader.ReadDouble(), rhoGradient = reader.ReadDouble();
        int[] labels = reader.ReadArray<int>();
        if (labels.Length >= _options.StepEvery)
            throw new StateFormatException($"Net: {labels.Length} instances wait for a step; must be below {_options.StepEvery}.");
        if (learned < 0 || !(rho is >= LowestRho and <= HighestRho) || !double.IsFinite(rhoGradient))
            throw new StateFormatException($"Net: {learned} instances learned must be ≥ 0, ρ {rho} in [{LowestRho}, {HighestRho}], its gradient {rhoGradient} finite.");
        reader.ReadInto(_weights.AsSpan(0, labels.Length), "weights of the instances that wait for a step");
        reader.ReadInto(_rows.AsSpan(0, labels.Length * _stack.Inputs), "features of the instances that wait for a step");
        _stack.Load(reader);
        if (_stack.Count != OutputCount)
            throw new StateFormatException($"Net: {_stack.Count} sets of weights were found; must be {OutputCount}.");
        foreach (int label in labels)
            if ((uint)label >= (uint)_stack.Outputs)
                throw new StateFormatException($"Net: a label that waits for a step is {label}; must be in [0, {_stack.Outputs}).");
        labels.CopyTo(_labels, 0);
        (_learned, _rho, _rhoGradient, _pending) = (learned, rho, rhoGradient, labels.Length);
        FitToOutputs();
    }

    private void ToSoftMax()
    {
        for (int c = 0; c < _logits.Length; c++) _softMax[c] = _logits[c];
        SoftMax.Apply(_softMax);
    }

    private void Give(Span<double> votes)
    {
        double noise = NoiseShare, floor = noise / _softMax.Length, factor = 1 - noise;
        votes.Clear();
        for (int c = 0; c < _softMax.Length && c < votes.Length; c++) votes[c] = factor * _softMax[c] + floor;
    }

    // The row is in its place already; if it is learned at once, the stack has just evaluated it.
    private void Learn(int label, double weight)
    {
        _labels[_pending] = label;
        _weights[_pending] = (float)(_options.Robust ? weight * Credibility(label, weight) : weight);
        _pending++;
        _learned++;
        if (_pending == _options.StepEvery) Step();
        if (_options.Averaged && _learned % AveragePeriod == 0)
            _stack.UpdateAverage(Average, Net, Math.Max(SlowestAverage, (double)AveragePeriod / _learned));
    }

    // What the gradient of −ln p_y is multiplied by, compared to plain soft-max; adds up the gradient by ρ.
    private double Credibility(int label, double weight)
    {
        double noise = NoiseShare, s = _softMax[label], uniform = 1.0 / _softMax.Length;
        double p = (1 - noise) * s + noise * uniform;
        _rhoGradient += weight * (s - uniform) / p * noise * (1 - noise);
        return (1 - noise) * s / p;
    }

    private void Step()
    {
        if (StepsAtOnce)
        {
            _stack.TrainEvaluated(Net, _rows, _labels[0], _weights[0]);
        }
        else
        {
            _stack.TrainSoftmax(Net, _pending, _rows, _labels, _weights, _pending);
        }
        _rho = Math.Clamp(_rho - RhoRate * _rhoGradient / _pending, LowestRho, HighestRho);
        _rhoGradient = 0;
        _pending = 0;
    }

    // A class that comes late starts with all weights 0.
    private bool Grow(int label)
    {
        if (label < _stack.Outputs) return false;
        _stack.GrowOutputs(label + 1);
        FitToOutputs();
        return true;
    }

    private void FitToOutputs()
    {
        if (_logits.Length == _stack.Outputs) return;
        _logits = new float[_stack.Outputs];
        _softMax = new double[_stack.Outputs];
    }
}
