using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Neighbours;

/// <summary>The nearest of the last instances vote, the nearer the more: one window, and a shorter one inside it as a further output.</summary>
/// <remarks>
/// Expects standardised features; a missing one counts as 0, and all are clipped at ±1,000. Distances are Euclidean, in float32,
/// and exact: no index, no approximation; of equally distant instances the newer is the nearer. A neighbour at distance d
/// weighs w = (its weight)/(d² + 1e-6), and the votes are p_c = (Σ w[y = c] + α/C)/(Σ w + α) with α = 0.3·Σw/k, which sum to 1.
/// What is forgotten is what leaves the window, so after a drift it takes one window to forget the past.
/// <para>Cost: window × features multiply-adds to predict (about 0.6 ns a remembered instance with 11 features, 1.0 ns
/// with 25, where vectors have 512 bits), next to nothing to learn. Up to 9 neighbours are selected at no further cost; more take
/// up to twice as long. Memory: window × (4·features + 13) bytes.</para>
/// Source: Dudani 1976 (votes by distance); Bifet et al. 2013 (windows of neighbours on streams).
/// </remarks>
public sealed class NearestNeighbours : IExpert
{
    private const int LargestLabel = 65_535;
    private const double Softening = 1e-6, Smoothing = 0.3, SmallestWeight = 1e-30;

    private readonly NearestNeighboursOptions _options;
    private readonly NeighbourRing _ring;
    private readonly float[] _query;
    private int _classes;

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
        _query = new float[inputs];
        _classes = Math.Max(1, classes);
    }

    /// <value>The options.</value>
    public NearestNeighboursOptions Options => _options;

    /// <value>2: the inner window's opinion, then the whole one's; 1 without an inner window.</value>
    public int OutputCount => _options.InnerWindow > 0 ? 2 : 1;

    /// <inheritdoc/>
    /// <remarks>64 + 8 + 4 a feature for each instance remembered.</remarks>
    public long ByteSize => 64 + _ring.Count * (8L + 4L * _query.Length);

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        FeatureRow.Read(features, _query);
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
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)label, (uint)LargestLabel, nameof(label));
        FeatureRow.Read(features, _query);
        _ring.Add(_query, label, (float)Math.Clamp(weight, SmallestWeight, 1 / SmallestWeight));
        _classes = Math.Max(_classes, label + 1);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("nearest-neighbours");
        writer.Write(_classes);
        _ring.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("nearest-neighbours");
        int classes = reader.ReadInt32(1, LargestLabel + 1, "number of classes");
        _ring.Load(reader, classes);
        _classes = classes;
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
        for (int c = 0; c < _classes && c < votes.Length; c++) votes[c] = (votes[c] + floor) * inverse;
    }
}
