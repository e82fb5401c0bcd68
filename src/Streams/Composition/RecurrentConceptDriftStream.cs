namespace StreamMoe.Streams.Composition;

/// <summary>Two streams, the second coming and going a number of times: recurrent concept drift.</summary>
/// <remarks>
/// Instance n comes from the second stream with probability Σ_r [S(n, p_r) − S(n, p_r + widthRecurrence)], where S is the sigmoid of
/// <see cref="ConceptDriftStream"/>, p_0 its position and p_{r+1} = p_r + widthRecurrence + stabPeriod. All else, restart too, is as there.
/// A draw costs two exponentials a repetition. Source: MOA's RecurrentConceptDriftStream.
/// </remarks>
internal sealed class RecurrentConceptDriftStream : ConceptDriftStream
{
    private readonly int _widthRecurrence;
    private readonly int _stabPeriod;
    private readonly int _numRep;

    /// <summary>Makes the composition; it owns both streams from now on.</summary>
    /// <param name="before">The first stream.</param>
    /// <param name="after">The stream that comes and goes; its schema must agree with the first one's.</param>
    /// <param name="options">Position, width and repetitions of the change.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the schemas differ; the text says where.</exception>
    public RecurrentConceptDriftStream(InstanceStream before, InstanceStream after, RecurrentConceptDriftOptions options)
        : base(before, after, options)
    {
        _widthRecurrence = options.WidthRecurrence;
        _stabPeriod = options.StabPeriod;
        _numRep = options.NumRep;
    }

    /// <inheritdoc/>
    private protected override double ProbabilityOfAfter(long n)
    {
        double sum = 0;
        long begin = Position;
        for (int r = 0; r < _numRep; r++)
        {
            sum += Sigmoid(n, begin) - Sigmoid(n, begin + _widthRecurrence);
            begin += (long)_widthRecurrence + _stabPeriod;
        }
        return sum;
    }
}
