using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Generators;

/// <summary>Things of a size, a color and a shape; the class says whether one belongs to a concept. No noise.</summary>
/// <remarks>
/// 3 nominal attributes of 3 values, 2 classes (false, true). Concepts: small and red; green or circle; medium or large.
/// A restarted stream equals a fresh one. Source: Schlimmer and Granger 1986, <i>Incremental learning from noisy data</i>.
/// </remarks>
internal sealed class StaggerGenerator : BalancedGenerator
{
    private readonly int _function;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public StaggerGenerator(StaggerOptions options) : base(MakeSchema(), options.Checked().InstanceRandomSeed, options.BalanceClasses)
        => _function = options.Function;

    private static Schema MakeSchema() => new("stagger",
        [
            SchemaAttribute.Nominal("size", ["small", "medium", "large"]),
            SchemaAttribute.Nominal("color", ["red", "blue", "green"]),
            SchemaAttribute.Nominal("shape", ["circle", "square", "triangle"]),
        ],
        ClassOf("false", "true"));

    /// <inheritdoc/>
    protected override int DrawCandidate(Span<double> features)
    {
        int size = Random.NextInt(3);
        int color = Random.NextInt(3);
        int shape = Random.NextInt(3);
        features[0] = size;
        features[1] = color;
        features[2] = shape;
        bool belongs = _function switch
        {
            1 => size == 0 && color == 0,
            2 => color == 2 || shape == 0,
            _ => size != 0,
        };
        return belongs ? 1 : 0;
    }
}
