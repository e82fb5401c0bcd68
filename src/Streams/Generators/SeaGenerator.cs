using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Three numbers in [0, 10); the class says whether the first two add up to more than a threshold; the third is irrelevant.</summary>
/// <remarks>
/// 3 numeric attributes, 2 classes. With 10 % noise the Bayes rule is right in 90 % of all cases. A restarted stream equals a fresh one.
/// Source: Street and Kim 2001, <i>A streaming ensemble algorithm (SEA) for large-scale classification</i>.
/// </remarks>
internal sealed class SeaGenerator : BalancedGenerator
{
    private static readonly double[] s_thresholds = [8, 9, 7, 9.5];

    private readonly double _threshold;
    private readonly int _noisePercentage;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public SeaGenerator(SeaOptions options) : base(MakeSchema(), options.Checked().InstanceRandomSeed, options.BalanceClasses)
    {
        _threshold = s_thresholds[options.Function - 1];
        _noisePercentage = options.NoisePercentage;
    }

    private static Schema MakeSchema() => new("sea", NumericAttributes("attrib", 3), ClassOf("groupA", "groupB"));

    /// <inheritdoc/>
    protected override int DrawCandidate(Span<double> features)
    {
        for (int i = 0; i < features.Length; i++) features[i] = 10 * Random.NextDouble();
        return features[0] + features[1] <= _threshold ? 0 : 1;
    }

    /// <inheritdoc/>
    protected override int Finish(Span<double> features, int label) => DrawPercent(_noisePercentage) ? 1 - label : label;
}
