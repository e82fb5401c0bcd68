using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Baselines;

/// <summary>Votes for the class of the instance learned last: the baseline of kappa-T.</summary>
/// <remarks>Looks at no feature. Cost and memory: O(1).</remarks>
internal sealed class NoChange : IExpert
{
    private const int None = -1;
    private int _last = None;

    /// <inheritdoc/>
    /// <remarks>Always 32.</remarks>
    public long ByteSize => 32;

    /// <inheritdoc/>
    /// <remarks>The last class gets 1, the others 0; before the first instance all get 0.</remarks>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        votes.Clear();
        if (_last != None) votes[_last] = 1;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label is negative.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        _last = label;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("no-change");
        writer.Write(_last);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("no-change");
        _last = reader.ReadInt32(None, int.MaxValue, "last class");
    }
}
