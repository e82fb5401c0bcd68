using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Two flags and a point of the unit square; the class is a vote of the flags and the side of a sine curve. No noise.</summary>
/// <remarks>
/// 2 nominal attributes {0, 1} and 2 numeric ones in [0, 1); 2 classes (positive, negative). Function 1 is positive when at least two of
/// v = 1, w = 1, y &lt; 0.5 + 0.3·sin(3πx) hold. A restarted stream equals a fresh one.
/// Source: Gama, Medas, Castillo, Rodrigues 2004, <i>Learning with drift detection</i>.
/// </remarks>
internal sealed class MixedGenerator : BalancedGenerator
{
    private readonly int _majorityLabel;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public MixedGenerator(MixedOptions options) : base(MakeSchema(), options.Checked().InstanceRandomSeed, options.BalanceClasses)
        => _majorityLabel = options.Function == 1 ? 0 : 1;

    private static Schema MakeSchema() => new("mixed",
        [
            SchemaAttribute.Nominal("v", ["0", "1"]),
            SchemaAttribute.Nominal("w", ["0", "1"]),
            SchemaAttribute.Numeric("x"),
            SchemaAttribute.Numeric("y"),
        ],
        ClassOf("positive", "negative"));

    /// <inheritdoc/>
    protected override int DrawCandidate(Span<double> features)
    {
        int v = Random.NextDouble() < 0.5 ? 0 : 1;
        int w = Random.NextDouble() < 0.5 ? 0 : 1;
        double x = Random.NextDouble();
        double y = Random.NextDouble();
        features[0] = v;
        features[1] = w;
        features[2] = x;
        features[3] = y;
        int z = y < 0.5 + 0.3 * Math.Sin(3 * Math.PI * x) ? 1 : 0;
        return v + w + z >= 2 ? _majorityLabel : 1 - _majorityLabel;
    }
}
