using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Points of the unit square; the class says on which side of a sine curve one lies. No noise.</summary>
/// <remarks>
/// 4 numeric attributes in [0, 1), of which the last two are irrelevant and can be left out; 2 classes (positive, negative).
/// Functions 1 and 2: y against sin(x); 3 and 4: y against 0.5 + 0.3·sin(3πx); below is positive in 1 and 3, negative in 2 and 4.
/// A restarted stream equals a fresh one. Source: Gama, Medas, Castillo, Rodrigues 2004, <i>Learning with drift detection</i>.
/// </remarks>
internal sealed class SineGenerator : BalancedGenerator
{
    private readonly bool _isWave;
    private readonly int _labelBelow;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public SineGenerator(SineOptions options) : base(MakeSchema(options.Checked()), options.InstanceRandomSeed, options.BalanceClasses)
    {
        _isWave = options.Function >= 3;
        _labelBelow = options.Function is 1 or 3 ? 0 : 1;
    }

    private static Schema MakeSchema(SineOptions options)
        => new("sine", NumericAttributes("att", options.SuppressIrrelevantAttributes ? 2 : 4), ClassOf("positive", "negative"));

    /// <inheritdoc/>
    protected override int DrawCandidate(Span<double> features)
    {
        double x = Random.NextDouble();
        double y = Random.NextDouble();
        features[0] = x;
        features[1] = y;
        double curve = _isWave ? 0.5 + 0.3 * Math.Sin(3 * Math.PI * x) : Math.Sin(x);
        return y < curve ? _labelBelow : 1 - _labelBelow;
    }

    /// <inheritdoc/>
    protected override int Finish(Span<double> features, int label)
    {
        for (int i = 2; i < features.Length; i++) features[i] = Random.NextDouble();
        return label;
    }
}
