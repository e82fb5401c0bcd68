namespace StreamMoe.StreamHost.Compare;

/// <summary>The Friedman test of the hypothesis that all models are equally good, and the F statistic of Iman and Davenport.</summary>
/// <remarks>
/// With k models, N streams and mean ranks R: χ² = 12N/(k(k+1)) · (ΣR² − k(k+1)²/4), chi-square with k − 1 degrees of freedom;
/// F = (N−1)χ²/(N(k−1) − χ²), F-distributed with k − 1 and (k−1)(N−1). Without a correction for ties, as in the source, so ties make
/// both smaller. Source: Demšar 2006, Statistical Comparisons of Classifiers over Multiple Data Sets, JMLR 7, section 3.2.2.
/// </remarks>
internal sealed record FriedmanTest
{
    private FriedmanTest(double chiSquare, int models, int streams)
    {
        (ChiSquare, Degrees) = (chiSquare, models - 1);
        P = TailProbability.ChiSquare(chiSquare, Degrees);
        double left = streams * (double)Degrees - chiSquare;
        DenominatorDegrees = Degrees * (streams - 1);
        F = left > 0 ? (streams - 1) * chiSquare / left : double.PositiveInfinity;
        FP = TailProbability.F(F, Degrees, DenominatorDegrees);
    }

    /// <value>χ², in [0, N(k−1)].</value>
    public double ChiSquare { get; }

    /// <value>Degrees of freedom of χ² and of the numerator of F: k − 1.</value>
    public int Degrees { get; }

    /// <value>Probability of a χ² at least this large when all models are equally good.</value>
    public double P { get; }

    /// <value>F, ≥ 0; +∞ when every stream ranks the models alike, for then its denominator is 0.</value>
    public double F { get; }

    /// <value>Degrees of freedom of the denominator of F: (k−1)(N−1).</value>
    public int DenominatorDegrees { get; }

    /// <value>Probability of an F at least this large when all models are equally good; 0 for +∞.</value>
    public double FP { get; }

    /// <summary>Makes the test.</summary>
    /// <param name="meanRanks">Mean rank of each model over the streams.</param>
    /// <param name="streams">Streams that were ranked, ≥ 0.</param>
    /// <returns>Null with fewer than two models or two streams: nothing can be tested then.</returns>
    public static FriedmanTest? Of(IReadOnlyList<double> meanRanks, int streams)
    {
        int k = meanRanks.Count;
        if (k < 2 || streams < 2) return null;
        // Σ(R − (k+1)/2)² is the bracket of the formula without its cancellation.
        double spread = meanRanks.Sum(rank => (rank - (k + 1) / 2.0) * (rank - (k + 1) / 2.0));
        double chiSquare = 12.0 * streams / (k * (k + 1.0)) * spread, most = streams * (k - 1.0);
        // Rounding must not hide that all streams agree.
        return new FriedmanTest(chiSquare > most * (1 - 1e-12) ? most : chiSquare, k, streams);
    }
}
