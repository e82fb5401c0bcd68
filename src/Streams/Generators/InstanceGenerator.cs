using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Generators;

/// <summary>A synthetic stream: endless, restartable, and a function of its options alone.</summary>
/// <remarks>A generator that MOA has gives the same values, bit for bit, as MOA's (commit 76107cfd) with the same options. Drawing allocates nothing.</remarks>
internal abstract class InstanceGenerator : InstanceStream
{
    private readonly long _seed;

    /// <summary>Makes a generator.</summary>
    /// <param name="schema">What its instances look like.</param>
    /// <param name="instanceRandomSeed">Seed of <see cref="Random"/>.</param>
    protected InstanceGenerator(Schema schema, long instanceRandomSeed)
    {
        Schema = schema;
        _seed = instanceRandomSeed;
        Random = new JavaRandom(instanceRandomSeed);
    }

    /// <inheritdoc/>
    public sealed override Schema Schema { get; }

    /// <value>The source of all draws of instances.</value>
    protected JavaRandom Random { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The span's length is not the schema's attribute count.</exception>
    public sealed override bool Next(Span<double> features, out int label)
    {
        if (features.Length != Schema.AttributeCount)
            throw new ArgumentException($"{Schema.Relation}: the span for the features has length {features.Length}; must be {Schema.AttributeCount}.", nameof(features));
        label = Draw(features);
        return true;
    }

    /// <summary>Draws the next instance.</summary>
    /// <param name="features">Receives the features; its length is the schema's attribute count.</param>
    /// <returns>The class index.</returns>
    protected abstract int Draw(Span<double> features);

    /// <summary>Goes back to the beginning: the source of draws gets its seed again.</summary>
    public override void Restart() => Random.Seed(_seed);

    /// <summary>Draws whether an event of the given percentage happens; the draw is made for 0 % too.</summary>
    /// <param name="percentage">In [0, 100].</param>
    private protected bool DrawPercent(int percentage) => Random.NextInt(100) < percentage;

    /// <summary>Numeric attributes <c>prefix1</c> … <c>prefixN</c>.</summary>
    private protected static IEnumerable<SchemaAttribute> NumericAttributes(string prefix, int count)
        => Names(prefix, count).Select(SchemaAttribute.Numeric);

    /// <summary>Names <c>prefix1</c> … <c>prefixN</c>.</summary>
    private protected static IEnumerable<string> Names(string prefix, int count)
        => Enumerable.Range(1, count).Select(i => $"{prefix}{i}");

    /// <summary>The class attribute.</summary>
    private protected static SchemaAttribute ClassOf(params IEnumerable<string> names) => SchemaAttribute.Nominal("class", names);
}
