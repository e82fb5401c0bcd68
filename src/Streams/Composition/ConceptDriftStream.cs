using StreamMoe.Streams.Options;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Composition;

/// <summary>Two streams, the second taking over from the first around a position: concept drift.</summary>
/// <remarks>
/// <para>Instance n = 1, 2, … comes from the second stream with probability 1 / (1 + exp(−4·(n − position)/width)), else from the first;
/// only the chosen one advances. Several drifts are compositions of compositions: ((A → B) → C). Each counts the instances asked of itself.</para>
/// <para>A restart takes both streams and the count back to the beginning. <b>The choice's own source of draws goes on</b>, as in MOA:
/// a restarted stream equals a fresh one only if nothing was drawn before (and that holds for both streams).</para>
/// <para>Source: Bifet, Holmes, Pfahringer, Kirkby, Gavaldà 2009, <i>New ensemble methods for evolving data streams</i>, section 2.</para>
/// </remarks>
internal class ConceptDriftStream : InstanceStream
{
    private readonly JavaRandom _random;
    private long _count;

    /// <summary>Makes the composition; it owns both streams from now on.</summary>
    /// <param name="before">The first stream.</param>
    /// <param name="after">The stream that takes over; its schema must agree with the first one's.</param>
    /// <param name="options">Position and width of the change.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the schemas differ; the text says where.</exception>
    public ConceptDriftStream(InstanceStream before, InstanceStream after, ConceptDriftOptions options)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        options.Checked();
        if (SchemaAgreement.FirstDifference(before.Schema, after.Schema) is { } difference)
            throw new ArgumentException($"The streams before and after a drift must have the same schema: {difference}");
        Before = before;
        After = after;
        Position = options.Position;
        // A double outside the range of int becomes the nearest int.
        Width = options.Alpha == 0 ? options.Width : (int)(1 / Math.Tan(options.Alpha * Math.PI / 180));
        _random = new JavaRandom(options.RandomSeed);
    }

    /// <value>The first stream.</value>
    public InstanceStream Before { get; }

    /// <value>The stream that takes over.</value>
    public InstanceStream After { get; }

    /// <value>Number of the instance, counted from 1, at which both streams are equally likely.</value>
    public int Position { get; }

    /// <value>Length of the change in instances, alpha already worked in.</value>
    public int Width { get; }

    /// <value>The schema of the first stream.</value>
    public override Schema Schema => Before.Schema;

    /// <inheritdoc/>
    /// <remarks>Ends when the chosen stream has ended.</remarks>
    public sealed override bool Next(Span<double> features, out int label)
    {
        _count++;
        double probability = ProbabilityOfAfter(_count);
        // A step of width 0 gives NaN at its position and takes the second stream there.
        return _random.NextDouble() > probability ? Before.Next(features, out label) : After.Next(features, out label);
    }

    /// <summary>The probability that an instance comes from <see cref="After"/>.</summary>
    /// <param name="n">Number of the instance, counted from 1.</param>
    /// <returns>In [0, 1]; NaN counts as 1.</returns>
    private protected virtual double ProbabilityOfAfter(long n) => Sigmoid(n, Position);

    /// <summary>1 / (1 + exp(−4·(n − center)/width)).</summary>
    private protected double Sigmoid(long n, long center) => 1 / (1 + Math.Exp(-4.0 * (n - center) / Width));

    /// <inheritdoc/>
    public sealed override void Restart()
    {
        Before.Restart();
        After.Restart();
        _count = 0;
    }

    /// <summary>Releases both streams.</summary>
    public sealed override void Dispose()
    {
        Before.Dispose();
        After.Dispose();
        base.Dispose();
    }
}
