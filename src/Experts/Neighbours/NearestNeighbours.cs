using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;
using StreamMoe.Streams.Options;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Neighbours;

/// <summary>The nearest of the last instances vote, the nearer the more: one window, and a shorter one inside it as a further output.</summary>
/// <remarks>
/// Expects standardised features; a missing one counts as 0, and all are clipped at ±1,000. Distances are Euclidean, in float32,
/// and exact: no index, no approximation; of equally distant instances the newer is the nearer. A neighbour at distance d
/// weighs w = (its weight)/(d² + 1e-6), and the votes are p_c = (Σ w[y = c] + α/C)/(Σ w + α) with α = 0.3·Σw/k, which sum to 1.
/// <para>Attributes are weighed by how much they tell the classes apart among near rows (<see cref="NearestNeighboursOptions.Weighted"/>): rows are
/// remembered multiplied by the weights. Those that say nothing fade to about a seventh.</para>
/// What is forgotten is what leaves the window, so after a drift it takes one window to forget the past.
/// <para>Cost: window × features multiply-adds to predict (about 0.6 ns a remembered instance with 11 features, 1.0 ns
/// with 25, where vectors have 512 bits), next to nothing to learn. Up to 9 neighbours are selected at no further cost; more take
/// up to twice as long. Memory: window × (4·features + 13) bytes.</para>
/// Source: Dudani 1976 (votes by distance); Kira and Rendell 1992 (Relief, the weights); Bifet et al. 2013 (windows of neighbours on streams).
/// </remarks>
internal sealed class NearestNeighbours : IExpert
{
    private const int LargestLabel = NominalDomain.LargestCap - 1;
    private const ulong ChoiceSeed = 0xBA1A_9CED;
    private const double TwoToMinus64 = 1.0 / 18446744073709551616.0, LeastShare = 5e-4;
    private const double Softening = 1e-6, Smoothing = 0.3, SmallestWeight = 1e-30;

    private readonly NearestNeighboursOptions _options;
    private readonly NeighbourRing _ring;
    private readonly AttributeWorth? _worth;
    private readonly ClassShares? _shares;
    private readonly float[] _query, _factors;
    private int _classes;
    private long _offered;

    /// <summary>Makes an expert that remembers nothing yet.</summary>
    /// <param name="inputs">Features of an instance, in [1, 65,536].</param>
    /// <param name="classes">Classes known now, ≥ 0; others may come.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of inputs is out of range.</exception>
    public NearestNeighbours(int inputs, int classes, NearestNeighboursOptions? options = null) : this(inputs, classes, options, KernelWidth.Widest) { }

    internal NearestNeighbours(int inputs, int classes, NearestNeighboursOptions? options, KernelWidth width)
    {
        _options = (options ?? new NearestNeighboursOptions()).Checked();
        if (inputs is < 1 or > 65_536) throw new ArgumentOutOfRangeException(nameof(inputs), $"inputs was {inputs}; must be in [1, 65536].");
        _ring = new NeighbourRing(inputs, _options.Window, NeighbourKernels.Of(width));
        _worth = _options.Weighted ? new AttributeWorth(inputs) : null;
        (_query, _factors) = (new float[inputs], new float[_worth is null ? 0 : inputs]);
        _classes = Math.Max(1, classes);
        _shares = _options.Proportional || _options.Balanced ? new ClassShares(_classes) : null;
    }

    /// <value>The options.</value>
    public NearestNeighboursOptions Options => _options;

    /// <value>2: the inner window's opinion, then the whole one's; 1 without an inner window.</value>
    public int OutputCount => _options.InnerWindow > 0 ? 2 : 1;

    /// <inheritdoc/>
    /// <remarks>64 + 8 + 4 a feature for each instance remembered, + 20 a feature where attributes are weighed.</remarks>
    public long ByteSize => 64 + _ring.Count * (8L + 4L * _query.Length) + (_worth is null ? 0 : 20L * _query.Length);

    /// <value>The attributes' weights, in (0, 1], the greatest of those that are worth anything 1; empty when they are not weighed.</value>
    public ReadOnlySpan<float> Weights => _worth is null ? [] : _worth.Weights;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        Read(features);
        int row = votes.Length / OutputCount;
        _ring.Measure(_query);
        if (_options.InnerWindow > 0) Vote(_options.InnerWindow, _options.InnerNeighbours, votes[..row]);
        Vote(_options.Window, _options.Neighbours, votes[^row..]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label is negative or above 65,535; nothing was learned.</exception>
    public void Train(ReadOnlySpan<double> features, int label, double weight = 1)
    {
        if (!(weight > 0)) return;
        CheckLabel(label);
        Read(features);
        Offer(label, weight, measured: false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The label is negative or above 65,535; nothing was learned.</exception>
    public void PredictThenTrain(ReadOnlySpan<double> features, int label, double weight, Span<double> votes)
    {
        if (weight > 0) CheckLabel(label);
        Predict(features, votes);
        if (weight > 0) Offer(label, weight, measured: true);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("nearest-neighbours");
        writer.Write(_classes);
        if (_shares is not null)
        {
            writer.Write(_offered);
            _shares.Save(writer);
        }
        _worth?.Save(writer);
        _ring.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("nearest-neighbours");
        int classes = reader.ReadInt32(1, LargestLabel + 1, "number of classes");
        if (_shares is not null)
        {
            _offered = reader.ReadInt64();
            _shares.Load(reader);
        }
        _worth?.Load(reader);
        _ring.Load(reader, classes);
        _classes = classes;
    }

    private static void Multiply(float[] row, ReadOnlySpan<float> factors)
    {
        for (int a = 0; a < row.Length; a++) row[a] *= factors[a];
    }

    private static void CheckLabel(int label)
        => ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)label, (uint)LargestLabel, nameof(label));

    private void Read(ReadOnlySpan<double> features)
    {
        FeatureRow.Read(features, _query);
        if (_worth is not null) Multiply(_query, _worth.Weights);
    }

    // The row read last, if it is to be remembered.
    private void Offer(int label, double weight, bool measured)
    {
        if (_shares is not null)
        {
            _shares.GrowTo(label + 1);
            bool chosen = !_options.Balanced || CounterRandom.At(ChoiceSeed, (ulong)_offered++) * TwoToMinus64 < Kept(label);
            _shares.Learn(label);
            if (!chosen)
            {
                _classes = Math.Max(_classes, label + 1);
                return;
            }
        }
        Learn(label, weight, measured);
    }

    /// <summary>Share of a class's rows that are remembered: ten times the rarest class's share by its own, at most 1.</summary>
    private double Kept(int label)
    {
        double least = 1;
        for (int c = 0; c < _shares!.Values.Length; c++) least = Math.Min(least, Math.Max(_shares[c], LeastShare));
        return Math.Min(1, 10 * least / _shares[label]);
    }

    // The row read last.
    private void Learn(int label, double weight, bool measured)
    {
        if (_worth?.Count(_ring.Count) ?? false)
        {
            if (!measured) _ring.Measure(_query);
            _ring.Judge(label, _worth);
            if (_worth.Renew(_factors))
            {
                _ring.Scale(_factors);
                Multiply(_query, _factors);
            }
        }
        _ring.Add(_query, label, (float)Math.Clamp(weight, SmallestWeight, 1 / SmallestWeight));
        _classes = Math.Max(_classes, label + 1);
    }

    private void Vote(int window, int count, Span<double> votes)
    {
        Span<Neighbour> neighbours = stackalloc Neighbour[NeighbourRing.MostNeighbours];
        neighbours = neighbours[.._ring.FindNearest(window, neighbours[..count])];
        votes.Clear();
        double total = 0;
        foreach (ref Neighbour neighbour in neighbours)
        {
            double weight = neighbour.Weight / (neighbour.SquaredDistance + Softening);
            if (neighbour.Label < votes.Length) votes[neighbour.Label] += weight;
            total += weight;
        }
        // Without neighbours all classes are equal.
        double alpha = neighbours.IsEmpty ? 1 : Smoothing * total / neighbours.Length;
        double floor = alpha / _classes, inverse = 1 / (total + alpha);
        if (_shares is null)
        {
            for (int c = 0; c < _classes && c < votes.Length; c++) votes[c] = (votes[c] + floor) * inverse;
            return;
        }
        double sum = 0;
        for (int c = 0; c < _classes && c < votes.Length; c++)
        {
            double vote = votes[c] + (_options.Proportional ? alpha * _shares[c] : floor);
            sum += votes[c] = _options.Balanced && c < _shares.Values.Length ? vote / Kept(c) : vote;
        }
        for (int c = 0; c < _classes && c < votes.Length; c++) votes[c] /= sum;
    }
}
