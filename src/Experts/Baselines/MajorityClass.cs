using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Baselines;

/// <summary>Votes for each class with the weight it has had so far: the baseline of kappa-M.</summary>
/// <remarks>Looks at no feature and forgets nothing. Cost and memory: O(classes).</remarks>
internal sealed class MajorityClass : IExpert
{
    private const int LargestLabel = NominalDomain.LargestCap - 1;
    private double[] _weights = [];

    /// <inheritdoc/>
    /// <remarks>64 + 8 a class.</remarks>
    public long ByteSize => 64 + 8L * _weights.Length;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        votes.Clear();
        _weights.CopyTo(votes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label is negative or above 65,535.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)label, (uint)LargestLabel, nameof(label));
        if (label >= _weights.Length) Array.Resize(ref _weights, label + 1);
        _weights[label] += weight;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("majority-class");
        writer.Write(_weights);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("majority-class");
        double[] weights = reader.ReadArray<double>();
        if (weights.Length > LargestLabel + 1) throw new StateFormatException($"The state has {weights.Length} classes; must be at most {LargestLabel + 1}.");
        _weights = weights;
    }
}
