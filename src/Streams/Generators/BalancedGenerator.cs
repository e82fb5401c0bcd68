namespace StreamMoe.Streams.Generators;

/// <summary>A generator of two classes that can be made to alternate: 1, 0, 1, 0, … before noise.</summary>
/// <remarks>With balancing, candidates are drawn until one is of the class that is due. Noise is drawn for the accepted candidate alone,
/// so it may break the alternation.</remarks>
internal abstract class BalancedGenerator : InstanceGenerator
{
    private readonly bool _balanceClasses;
    private bool _isZeroDue;

    /// <summary>Makes a generator.</summary>
    /// <param name="schema">What its instances look like.</param>
    /// <param name="instanceRandomSeed">Seed of the draws.</param>
    /// <param name="balanceClasses">Whether the classes alternate.</param>
    protected BalancedGenerator(Schema schema, long instanceRandomSeed, bool balanceClasses) : base(schema, instanceRandomSeed)
        => _balanceClasses = balanceClasses;

    /// <inheritdoc/>
    protected sealed override int Draw(Span<double> features)
    {
        int label = DrawCandidate(features);
        if (_balanceClasses)
        {
            while (label == 0 != _isZeroDue) label = DrawCandidate(features);
            _isZeroDue = !_isZeroDue;
        }
        return Finish(features, label);
    }

    /// <summary>Draws an instance without noise.</summary>
    /// <returns>The class index, 0 or 1.</returns>
    protected abstract int DrawCandidate(Span<double> features);

    /// <summary>Draws what is drawn for accepted candidates only: noise, irrelevant attributes.</summary>
    /// <returns>The class index, noise included.</returns>
    protected virtual int Finish(Span<double> features, int label) => label;

    /// <inheritdoc/>
    public sealed override void Restart()
    {
        base.Restart();
        _isZeroDue = false;
    }
}
