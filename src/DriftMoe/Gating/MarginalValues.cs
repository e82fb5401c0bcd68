using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>What each slot of a pool is worth: how much the mixture's loss would rise without its experts.</summary>
/// <remarks>Log-loss in nats, averaged over the sampled instances at rate 1 / min(n, <see cref="Horizon"/>); it is the loss before the gate
/// learns to do without, so it overstates rather than understates what would be lost.</remarks>
internal sealed class MarginalValues
{
    /// <summary>Samples after which the share of a new one stops falling: 1,000.</summary>
    public const double Horizon = 1000;

    /// <summary>Least probability whose logarithm is taken: 1e-6.</summary>
    public const float Least = 1e-6f;

    private readonly double[] _values;
    private readonly double[] _counts;

    public MarginalValues(int slots) => (_values, _counts) = (new double[slots], new double[slots]);

    /// <summary>Mean rise of the loss without a slot, in nats.</summary>
    public double this[int slot] => _values[slot];

    /// <summary>Samples behind it, up to <see cref="Horizon"/>.</summary>
    public double SamplesOf(int slot) => _counts[slot];

    public void Add(int slot, float withAll, float without)
    {
        double rise = Math.Log(Math.Max(withAll, Least) / Math.Max(without, Least));
        double n = _counts[slot] = Math.Min(_counts[slot] + 1, Horizon);
        _values[slot] += (rise - _values[slot]) / n;
    }

    /// <summary>Makes one slot's worth count as known for three quarters of the samples only: it must be measured on.</summary>
    public void Refresh(int slot) => _counts[slot] = Math.Min(_counts[slot], 0.75 * Horizon);

    /// <summary>Forgets what one slot was worth.</summary>
    public void Reset(int slot) => _values[slot] = _counts[slot] = 0;

    public void Save(StateWriter writer)
    {
        writer.Mark("marginal-values");
        writer.Write(_values);
        writer.Write(_counts);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("marginal-values");
        reader.ReadInto(_values.AsSpan(), "the marginal values");
        reader.ReadInto(_counts.AsSpan(), "the samples of the marginal values");
    }
}
