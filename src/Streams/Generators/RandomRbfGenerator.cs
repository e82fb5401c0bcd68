using StreamMoe.Streams.Options;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Generators;

/// <summary>Points around random centroids, each of which has a class, a weight and a spread. No noise.</summary>
/// <remarks>
/// Numeric attributes, classes class1 … classN. A draw costs O(log centroids + attributes). A restarted stream equals a fresh one.
/// Source: MOA's RandomRBFGenerator (Bifet, Holmes, Kirkby, Pfahringer 2010).
/// </remarks>
internal class RandomRbfGenerator : InstanceGenerator
{
    private readonly int[] _labels;
    private readonly double[] _deviations;
    private readonly double[] _cumulativeWeights;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public RandomRbfGenerator(RandomRbfOptions options) : this(options, "rbf") { }

    private protected RandomRbfGenerator(RandomRbfOptions options, string relation)
        : base(MakeSchema(relation, options.Checked()), options.InstanceRandomSeed)
    {
        int count = options.NumCentroids;
        int attributes = options.NumAtts;
        Centers = new double[(long)count * attributes];
        _labels = new int[count];
        _deviations = new double[count];
        _cumulativeWeights = new double[count];
        JavaRandom model = new(options.ModelRandomSeed);
        double sum = 0;
        for (int j = 0; j < count; j++)
        {
            foreach (ref double coordinate in Centers.AsSpan(j * attributes, attributes)) coordinate = model.NextDouble();
            _labels[j] = model.NextInt(options.NumClasses);
            _deviations[j] = model.NextDouble();
            _cumulativeWeights[j] = sum += model.NextDouble();
        }
    }

    /// <value>The centroids' coordinates, centroid by centroid.</value>
    private protected double[] Centers { get; }

    private static Schema MakeSchema(string relation, RandomRbfOptions options)
        => new(relation, NumericAttributes("att", options.NumAtts), ClassOf(Names("class", options.NumClasses)));

    /// <inheritdoc/>
    protected override int Draw(Span<double> features)
    {
        int centroid = DrawCentroid();
        double squares = 0;
        foreach (ref double offset in features)
        {
            offset = Random.NextDouble() * 2 - 1;
            squares += offset * offset;
        }
        double scale = Random.NextGaussian() * _deviations[centroid] / Math.Sqrt(squares);
        ReadOnlySpan<double> center = Centers.AsSpan(centroid * features.Length, features.Length);
        for (int i = 0; i < features.Length; i++) features[i] = center[i] + features[i] * scale;
        return _labels[centroid];
    }

    /// <summary>The first centroid whose cumulative weight is above a draw; the last one if there is none.</summary>
    private int DrawCentroid()
    {
        double drawn = Random.NextDouble() * _cumulativeWeights[^1];
        int low = 0;
        int high = _cumulativeWeights.Length - 1;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (_cumulativeWeights[middle] > drawn) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
