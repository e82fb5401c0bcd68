using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Composition;

/// <summary>A stream with numeric attributes appended that say nothing: each value is drawn uniformly from [0, 1), apart from everything else.</summary>
/// <remarks>Their names are <c>noise1</c>, <c>noise2</c>, … A restart draws the same values again.</remarks>
internal sealed class NoiseAttributesStream : DerivedStream
{
    /// <summary>Most attributes that may be appended: 1,000.</summary>
    public const int MostAttributes = 1000;

    // So that the noise has draws of its own, whatever the seed of the stream underneath.
    private const long SeedOffset = 0x5EED_0153;

    private readonly JavaRandom _random;
    private readonly long _seed;
    private readonly int _own;

    /// <param name="source">The stream; owned from now on.</param>
    /// <param name="count">Attributes to append, in [1, 1,000].</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    /// <exception cref="ArgumentException">The stream has an attribute of such a name already.</exception>
    public NoiseAttributesStream(InstanceStream source, int count, long seed) : base(source)
    {
        if (count is < 1 or > MostAttributes) throw new ArgumentOutOfRangeException(nameof(count), count, $"count was {count}; must be in [1, {MostAttributes}].");
        Schema own = source.Schema;
        _own = own.AttributeCount;
        Schema = new Schema(own.Relation, [.. own.Attributes, .. Enumerable.Range(1, count).Select(i => SchemaAttribute.Numeric($"noise{i}"))], own.Class);
        _random = new JavaRandom(_seed = unchecked(seed + SeedOffset));
    }

    /// <value>The attributes of the stream underneath, then the noise.</value>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override bool Next(Span<double> features, out int label)
    {
        if (!Source.Next(features[.._own], out label)) return false;
        foreach (ref double value in features[_own..]) value = _random.NextDouble();
        return true;
    }

    /// <inheritdoc/>
    public override void Restart()
    {
        Source.Restart();
        _random.Seed(_seed);
    }
}
