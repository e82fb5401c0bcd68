using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neighbours;

/// <summary>What each attribute is worth to nearest neighbours: how much farther apart in it the nearest rows of other labels are than those of the same label.</summary>
/// <remarks>
/// For every <see cref="SampleEvery"/>-th learned row, H_a and M_a move to |x_a − r_a|, at most 2, of its three nearest rows of the same label (hits) and of
/// other labels (misses). Every <see cref="RenewEvery"/> rows the weights become w_a = √(0.98·((s_a + ν)/(m + ν))² + 0.02) with
/// s_a = max(0, M_a − H_a), m the greatest of them and ν what s_a would be by chance. Nearness is by the present weights, so attributes
/// that count together are seen, which no test of single attributes can. Without any worth all weights are equal.
/// Source: Kira and Rendell 1992 (Relief); Kononenko 1994 (ReliefF); here with running means.
/// </remarks>
internal sealed class AttributeWorth(int attributes)
{
    /// <summary>Learned rows from one measured row to the next: 8.</summary>
    public const int SampleEvery = 8;

    /// <summary>Hits and misses that a row is compared with: 3 each.</summary>
    public const int Nearest = 3;

    private const int RenewEvery = 256, FirstRenewal = 500, LeastRows = 50;
    private const double LeastRate = 0.004, MostSamples = 500, Chance = 0.8, Floor = 0.02, Farthest = 2;

    private readonly double[] _hits = new double[attributes], _misses = new double[attributes];
    private readonly float[] _weights = [.. Enumerable.Repeat(1f, attributes)];
    private long _learned;

    /// <value>The weights that rows are multiplied with, in [0.14, 1].</value>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Counts a learned row.</summary>
    /// <param name="remembered">Rows that are remembered without it.</param>
    /// <returns>True when it is to be measured.</returns>
    public bool Count(int remembered) => ++_learned % SampleEvery == 0 && remembered >= LeastRows;

    /// <summary>Takes in how far one of the nearest rows is from the row that was counted last.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="difference">Weighted difference in it.</param>
    /// <param name="hit">Whether the labels are the same.</param>
    public void Add(int attribute, float difference, bool hit)
    {
        double rate = Math.Max(LeastRate, (double)SampleEvery / _learned) / Nearest;
        ref double mean = ref (hit ? _hits : _misses)[attribute];
        mean += rate * (Math.Min(Farthest, Math.Abs(difference) / _weights[attribute]) - mean);
    }

    /// <summary>Makes new weights when it is time.</summary>
    /// <param name="factors">Receives, for each attribute, the new weight by the old one.</param>
    /// <returns>False when the weights stay.</returns>
    public bool Renew(Span<float> factors)
    {
        if (_learned % RenewEvery != 0 || _learned < FirstRenewal) return false;
        double noise = Chance / Math.Sqrt(Math.Min((double)_learned / SampleEvery, MostSamples)), most = noise;
        for (int a = 0; a < _weights.Length; a++) most = Math.Max(most, _misses[a] - _hits[a]);
        for (int a = 0; a < _weights.Length; a++)
        {
            double share = (Math.Max(0, _misses[a] - _hits[a]) + noise) / (most + noise);
            float weight = (float)Math.Sqrt((1 - Floor) * share * share + Floor);
            factors[a] = weight / _weights[a];
            _weights[a] = weight;
        }
        return true;
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_learned);
        writer.Write(_hits);
        writer.Write(_misses);
        writer.Write(_weights);
    }

    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader)
    {
        long learned = reader.ReadInt64();
        reader.ReadInto(_hits.AsSpan(), "the distances to hits of a neighbour window");
        reader.ReadInto(_misses.AsSpan(), "the distances to misses of a neighbour window");
        reader.ReadInto(_weights.AsSpan(), "the attributes' weights of a neighbour window");
        foreach (float weight in _weights)
            if (!(weight is > 0 and <= 1)) throw new StateFormatException($"An attribute of a neighbour window has weight {weight}; must be above 0 and at most 1.");
        if (learned < 0) throw new StateFormatException($"A neighbour window has learned {learned} rows; must be ≥ 0.");
        _learned = learned;
    }
}
