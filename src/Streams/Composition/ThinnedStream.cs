using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Composition;

/// <summary>A stream from which rows of one class are left out by chance, so that the class becomes as rare as is asked.</summary>
/// <remarks>
/// With q the share of the class in the stream underneath, a row of it stays with probability min(1, s/(1−s) · (1−q)/q); q is the running
/// share of the labelled rows before it, at rate 1/min(n, <see cref="Horizon"/>), so it follows a share that drifts. Where the class is rarer than s
/// already, all its rows stay. All other rows stay, those without a label among them; so a drift of the stream underneath comes earlier, by the
/// rows that were left out. A restart draws the same choices again.
/// </remarks>
internal sealed class ThinnedStream : DerivedStream
{
    /// <summary>Labelled rows after which the running share forgets: 10,000.</summary>
    public const double Horizon = 10_000;

    private const long SeedOffset = 0x7414_5EED;

    private readonly JavaRandom _random;
    private readonly long _seed;
    private readonly double _odds;
    private readonly int _class;

    // As if two rows had been seen, one of them of the class.
    private double _rows = 2, _share = 0.5;

    /// <param name="source">The stream; owned from now on.</param>
    /// <param name="className">Name of the class that becomes rare; one that the schema knows.</param>
    /// <param name="share">Its share among the rows that stay, in (0, 1).</param>
    /// <param name="seed">Seed of the choices.</param>
    /// <exception cref="ArgumentException">The schema has no such class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    public ThinnedStream(InstanceStream source, string className, double share, long seed) : base(source)
    {
        if (!source.Schema.Class.Domain!.TryGetIndex(className, out _class))
            throw new ArgumentException($"class was '{className}'; must be one of {string.Join(", ", source.Schema.Class.Domain.Values)}.", nameof(className));
        if (!(share is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, $"share was {share}; must be above 0 and below 1.");
        _odds = share / (1 - share);
        _random = new JavaRandom(_seed = unchecked(seed + SeedOffset));
    }

    /// <inheritdoc/>
    public override bool Next(Span<double> features, out int label)
    {
        while (Source.Next(features, out label))
        {
            if (label == InstanceBlock.NoLabel) return true;
            double share = _share;
            _rows = Math.Min(_rows + 1, Horizon);
            _share += ((label == _class ? 1 : 0) - _share) / _rows;
            if (label != _class || _random.NextDouble() * share < _odds * (1 - share)) return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public override void Restart()
    {
        Source.Restart();
        _random.Seed(_seed);
        (_rows, _share) = (2, 0.5);
    }
}
