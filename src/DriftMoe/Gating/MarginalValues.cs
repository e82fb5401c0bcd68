using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>What each lane of a pool is worth: how much the mixture's loss would rise without its experts.</summary>
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

    public MarginalValues(int lanes) => (_values, _counts) = (new double[lanes], new double[lanes]);

    /// <summary>Mean rise of the loss without a lane, in nats.</summary>
    public double this[int lane] => _values[lane];

    /// <summary>Samples behind it, up to <see cref="Horizon"/>.</summary>
    public double SamplesOf(int lane) => _counts[lane];

    public void Add(int lane, float withAll, float without)
    {
        double rise = Math.Log(Math.Max(withAll, Least) / Math.Max(without, Least));
        double n = _counts[lane] = Math.Min(_counts[lane] + 1, Horizon);
        _values[lane] += (rise - _values[lane]) / n;
    }

    /// <summary>Makes one lane's worth count as known for three quarters of the samples only: it must be measured on.</summary>
    public void Refresh(int lane) => _counts[lane] = Math.Min(_counts[lane], 0.75 * Horizon);

    /// <summary>Forgets what one lane was worth.</summary>
    public void Reset(int lane) => _values[lane] = _counts[lane] = 0;

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
