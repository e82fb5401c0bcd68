namespace StreamMoe.StreamHost.Compare;

/// <summary>The Nemenyi test at 0.05: two models differ when their mean ranks differ by at least the critical difference.</summary>
/// <remarks>CD = q·√(k(k+1)/(6N)) for k models and N streams. Source: Demšar 2006, Statistical Comparisons of Classifiers over Multiple Data
/// Sets, JMLR 7, section 3.2.2.</remarks>
internal static class NemenyiTest
{
    /// <summary>The probability of finding any difference among models that are equally good: 0.05.</summary>
    public const double Alpha = 0.05;

    /// <summary>Most models for which q is given: 20.</summary>
    public const int MostModels = 20;

    // The 0.95 quantile of the studentised range for 2 to 20 groups and infinitely many degrees of freedom, divided by √2. Demšar 2006,
    // table 5(a), prints those for 2 to 10 with three decimals; the others are the same quantile. The tests integrate its distribution.
    private static readonly double[] s_criticalValues =
    [
        1.959964, 2.343701, 2.569032, 2.727774, 2.849705, 2.948320, 3.030879, 3.101730, 3.163684, 3.218654,
        3.268004, 3.312739, 3.353618, 3.391230, 3.426041, 3.458425, 3.488685, 3.517073, 3.543799,
    ];

    /// <summary>q: the critical value for so many models.</summary>
    /// <returns>Null for fewer than 2 models, and for more than <see cref="MostModels"/>, for which it is not given.</returns>
    public static double? CriticalValue(int models) => models is >= 2 and <= MostModels ? s_criticalValues[models - 2] : null;

    /// <summary>The critical difference of mean ranks.</summary>
    /// <param name="models">Models compared.</param>
    /// <param name="streams">Streams that were ranked.</param>
    /// <returns>Null where <see cref="CriticalValue"/> is, and with fewer than two streams.</returns>
    public static double? CriticalDifference(int models, int streams)
        => streams >= 2 && CriticalValue(models) is { } q ? q * Math.Sqrt(models * (models + 1.0) / (6.0 * streams)) : null;
}
