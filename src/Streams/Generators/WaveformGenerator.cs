using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Random mixtures of two of three triangular waves, with Gaussian noise; the class says which two.</summary>
/// <remarks>
/// 21 numeric attributes (40 with those of pure noise), 3 classes. A restarted stream equals a fresh one.
/// Source: Breiman, Friedman, Olshen, Stone 1984, <i>Classification and Regression Trees</i>.
/// </remarks>
internal class WaveformGenerator : InstanceGenerator
{
    private const int WaveLength = 21;
    private const int LengthWithNoise = 40;

    // Triangles 6 high around 6, 14 and 10; class y mixes s_waves[s_first[y]] and s_waves[s_second[y]].
    private static readonly double[][] s_waves =
        [.. new[] { 6, 14, 10 }.Select(top => Enumerable.Range(0, WaveLength).Select(i => (double)Math.Max(0, 6 - Math.Abs(i - top))).ToArray())];

    private static readonly int[] s_first = [0, 0, 1];
    private static readonly int[] s_second = [1, 2, 2];

    /// <summary>Makes the stream.</summary>
    public WaveformGenerator(WaveformOptions options) : this(options, "waveform") { }

    private protected WaveformGenerator(WaveformOptions options, string relation)
        : base(MakeSchema(relation, options.Checked()), options.InstanceRandomSeed)
        => Positions = [.. Enumerable.Range(0, Schema.AttributeCount)];

    /// <value>Where the attribute drawn j-th is put.</value>
    private protected int[] Positions { get; }

    private static Schema MakeSchema(string relation, WaveformOptions options)
        => new(relation, NumericAttributes("att", options.AddNoise ? LengthWithNoise : WaveLength), ClassOf(Names("class", 3)));

    /// <inheritdoc/>
    protected sealed override int Draw(Span<double> features)
    {
        int label = Random.NextInt(3);
        double alpha = Random.NextDouble();
        double beta = 1 - alpha;
        double[] first = s_waves[s_first[label]];
        double[] second = s_waves[s_second[label]];
        int[] positions = Positions;
        for (int i = 0; i < WaveLength; i++) features[positions[i]] = alpha * first[i] + beta * second[i] + Random.NextGaussian();
        for (int i = WaveLength; i < positions.Length; i++) features[positions[i]] = Random.NextGaussian();
        return label;
    }
}
