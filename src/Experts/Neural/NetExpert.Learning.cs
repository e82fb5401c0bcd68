using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neural;

internal sealed partial class NetExpert
{
    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("net-expert");
        writer.Write(_learned);
        writer.Write(_renewals);
        writer.Write(_rho);
        writer.Write(_rhoGradient);
        _shares?.Save(writer);
        writer.Write(_pending);
        writer.Write(_rows.AsSpan(0, _pending * _stack.Inputs));
        writer.Write(_gradients.AsSpan(0, _pending * _stack.Outputs));
        _stack.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("net-expert");
        long learned = reader.ReadInt64(), renewals = reader.ReadInt64();
        double rho = reader.ReadDouble(), rhoGradient = reader.ReadDouble();
        if (learned < 0 || renewals < 0 || !(rho is >= LowestRho and <= HighestRho) || !double.IsFinite(rhoGradient))
            throw new StateFormatException($"Net: {learned} instances learned and {renewals} renewals must be ≥ 0, ρ {rho} in [{LowestRho}, {HighestRho}], its gradient {rhoGradient} finite.");
        _shares?.Load(reader);
        int pending = reader.ReadInt32(0, _options.StepEvery - 1, "number of instances that wait for a step");
        reader.ReadInto(_rows.AsSpan(0, pending * _stack.Inputs), "features of the instances that wait for a step");
        float[] gradients = reader.ReadArray<float>();
        _stack.Load(reader);
        if (_stack.Count != OutputCount)
            throw new StateFormatException($"Net: {_stack.Count} sets of weights were found; must be {OutputCount}.");
        if (gradients.Length != pending * _stack.Outputs)
            throw new StateFormatException($"Net: gradients of the instances that wait for a step have {gradients.Length} elements; must have {pending} × {_stack.Outputs}.");
        _pending = 0;
        FitToOutputs();
        gradients.CopyTo(_gradients, 0);
        (_learned, _renewals, _rho, _rhoGradient, _pending) = (learned, renewals, rho, rhoGradient, pending);
    }

    private void ToSoftMax()
    {
        for (int c = 0; c < _logits.Length; c++) _softMax[c] = _logits[c];
        SoftMax.Apply(_softMax);
    }

    private void Give(Span<double> votes)
    {
        double noise = NoiseShare, floor = noise / _logits.Length, factor = 1 - noise;
        votes.Clear();
        for (int c = 0; c < _logits.Length && c < votes.Length; c++) votes[c] = factor * _softMax[c] + (_shares is null ? floor : noise * _shares[c]);
    }

    // The row and its soft-max are in their places already; a net that steps at once has just evaluated it.
    private void Learn(int label, double weight)
    {
        double scale = weight / _options.StepEvery * (_options.Robust ? Credibility(label, weight) : 1);
        Span<float> gradient = _gradients.AsSpan(_pending * _logits.Length, _logits.Length);
        for (int c = 0; c < gradient.Length; c++) gradient[c] = (float)(scale * _softMax[c]);
        gradient[label] = (float)(scale * (_softMax[label] - 1));
        _shares?.Learn(label);
        _pending++;
        _learned++;
        if (_pending == _options.StepEvery) Step();
        if (_options.Averaged && _learned % AveragePeriod == 0)
            _stack.UpdateAverage(Average, Net, Math.Max(SlowestAverage, (double)AveragePeriod / _learned));
    }

    // (1 − ε)·s_y/p_y: what the gradient is, compared to plain soft-max; adds up the gradient by ρ.
    private double Credibility(int label, double weight)
    {
        double noise = NoiseShare, s = _softMax[label], drawn = _shares?[label] ?? 1.0 / _logits.Length;
        double p = (1 - noise) * s + noise * drawn;
        _rhoGradient += weight * (s - drawn) / p * noise * (1 - noise);
        return (1 - noise) * s / p;
    }

    private void Step()
    {
        _stack.Descend(Net, _pending, _rows, _gradients, evaluated: StepsAtOnce);
        _rho = Math.Clamp(_rho - RhoRate * _rhoGradient / _pending, LowestRho, HighestRho);
        _rhoGradient = 0;
        _pending = 0;
    }

    // A class that comes late starts with all weights 0, and the instances that wait for a step do not pull at it.
    private bool Grow(int label)
    {
        if (label < _stack.Outputs) return false;
        _stack.GrowOutputs(label + 1);
        FitToOutputs();
        return true;
    }

    private void FitToOutputs()
    {
        int before = _logits.Length, outputs = _stack.Outputs;
        if (before == outputs) return;
        float[] gradients = new float[_options.StepEvery * outputs];
        for (int row = 0; row < _pending; row++) _gradients.AsSpan(row * before, before).CopyTo(gradients.AsSpan(row * outputs));
        _gradients = gradients;
        _logits = new float[outputs];
        _softMax = new double[outputs];
        _shares?.GrowTo(outputs);
    }
}
