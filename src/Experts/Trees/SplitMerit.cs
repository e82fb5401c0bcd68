namespace StreamMoe.Experts.Trees;

/// <summary>Values splits: information gain or Gini, with the grouping and the special cases of MOA.</summary>
/// <remarks>One is owned by each evaluator, since it keeps a buffer.</remarks>
internal sealed class SplitMerit
{
    private static readonly double Ln2 = Math.Log(2);
    private readonly bool _gini;
    private readonly double _minFraction;
    private double[] _partWeights = new double[2];

    /// <summary>Makes one for a criterion.</summary>
    public SplitMerit(SplitCriterion criterion, double minBranchFraction)
    {
        _gini = criterion == SplitCriterion.Gini;
        _minFraction = minBranchFraction;
    }

    /// <summary>log₂ a = ln a / ln 2.</summary>
    public static double Log2(double a) => Math.Log(a) / Ln2;

    /// <summary>Range of the merit for a class vector of this length.</summary>
    public double Range(int classCount) => _gini ? 1 : Log2(Math.Max(2, classCount));

    /// <summary>What the merit needs to know of the class weights before the split, worked out once an attempt.</summary>
    public double Before(ReadOnlySpan<double> classWeights) => _gini ? 0 : Entropy(classWeights);

    /// <summary>Merit of "do not split".</summary>
    public double OfNoSplit(ReadOnlySpan<double> classWeights)
    {
        if (!_gini) return double.NegativeInfinity;
        double weight = SufficientStatistics.Sum(classWeights);
        return 1 - weight / weight * Impurity(classWeights, weight);
    }

    /// <summary>Merit of a split.</summary>
    /// <param name="before">What <see cref="Before"/> gave.</param>
    /// <param name="parts">Class weights of the branches.</param>
    public double Of(double before, SplitParts parts)
    {
        if (_partWeights.Length < parts.Count) _partWeights = new double[parts.Count];
        double total = 0;
        for (int j = 0; j < parts.Count; j++) total += _partWeights[j] = SufficientStatistics.Sum(parts[j]);
        return _gini ? GiniMerit(total, parts) : Gain(before, total, parts);
    }

    private double Gain(double before, double total, SplitParts parts)
    {
        int heavy = 0;
        for (int j = 0; j < parts.Count; j++)
            if (_partWeights[j] / total > _minFraction) heavy++;
        if (heavy < 2) return double.NegativeInfinity;
        double after = 0;
        for (int j = 0; j < parts.Count; j++) after += _partWeights[j] * Entropy(parts[j]);
        return before - after / total;
    }

    private double GiniMerit(double total, SplitParts parts)
    {
        double sum = 0;
        for (int j = 0; j < parts.Count; j++) sum += _partWeights[j] / total * Impurity(parts[j], _partWeights[j]);
        return 1 - sum;
    }

    private static double Entropy(ReadOnlySpan<double> weights)
    {
        double entropy = 0, sum = 0;
        foreach (double weight in weights)
        {
            if (!(weight > 0)) continue;
            entropy -= weight * Log2(weight);
            sum += weight;
        }
        return sum > 0 ? (entropy + sum * Log2(sum)) / sum : 0;
    }

    private static double Impurity(ReadOnlySpan<double> weights, double sum)
    {
        double impurity = 1;
        foreach (double weight in weights)
        {
            double share = weight / sum;
            impurity -= share * share;
        }
        return impurity;
    }
}
