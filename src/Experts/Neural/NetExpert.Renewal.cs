using StreamMoe.Experts.Randomness;

namespace StreamMoe.Experts.Neural;

internal sealed partial class NetExpert
{
    private long _renewals;
    private float[] _parameters = [];

    /// <summary>Makes a net with hidden layers able to learn something new again: W ← k·W + (1 − k)·N, b ← k·b, with N drawn as fresh weights are.</summary>
    /// <remarks>Nets that learn one concept after the other lose plasticity: they end up behind fresh ones. The averaged weights, the moments and linear
    /// nets stay as they are. The draws are a function of the net's seed and of how often this was done, which is part of the state.
    /// Source: Ash and Adams 2020 (shrink and perturb); Dohare et al. 2024 (loss of plasticity).</remarks>
    /// <param name="keep">k, in [0, 1]; 1 changes nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is out of its range.</exception>
    public void ShrinkAndPerturb(double keep)
    {
        if (!(keep is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(keep), keep, $"keep was {keep}; must be in [0, 1].");
        if (_options.Hidden1 == 0 || keep == 1) return;
        SeededRandom random = new(CounterRandom.At(_seed, (ulong)++_renewals));
        if (_parameters.Length != _stack.ParameterCount) _parameters = new float[_stack.ParameterCount];
        _stack.ReadParameters(Net, _parameters);
        int at = 0, inputs = _stack.Inputs;
        int[] hidden = _options.Hidden2 == 0 ? [_options.Hidden1] : [_options.Hidden1, _options.Hidden2];
        foreach (int units in hidden) (at, inputs) = (Renew(at, inputs, units, 2.0), units);
        Renew(at, inputs, _stack.Outputs, 1.0);
        _stack.WriteParameters(Net, _parameters);

        int Renew(int from, int fanIn, int fanOut, double variance)
        {
            double deviation = (1 - keep) * Math.Sqrt(variance / fanIn);
            Span<float> weights = _parameters.AsSpan(from, fanIn * fanOut), biases = _parameters.AsSpan(from + weights.Length, fanOut);
            foreach (ref float weight in weights) weight = (float)(keep * weight + deviation * random.NextGaussian());
            foreach (ref float bias in biases) bias = (float)(keep * bias);
            return from + weights.Length + fanOut;
        }
    }
}
