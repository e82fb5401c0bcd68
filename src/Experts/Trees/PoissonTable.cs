namespace StreamMoe.Experts.Trees;

/// <summary>Draws from a Poisson distribution by inverting its distribution function, one uniform number a draw.</summary>
internal sealed class PoissonTable
{
    private readonly double[] _cumulative;

    /// <summary>Prepares draws.</summary>
    /// <param name="lambda">Mean, in (0, 100].</param>
    public PoissonTable(double lambda)
    {
        // The rest beyond 10 deviations is far below 2⁻⁵³.
        _cumulative = new double[(int)(lambda + 10 * Math.Sqrt(lambda)) + 20];
        double term = Math.Exp(-lambda), sum = 0;
        for (int k = 0; k < _cumulative.Length; k++)
        {
            sum += term;
            _cumulative[k] = sum;
            term *= lambda / (k + 1);
        }
    }

    /// <summary>The least k whose distribution function exceeds a number uniform in [0, 1).</summary>
    public int At(double uniform)
    {
        int k = 0;
        while (k < _cumulative.Length - 1 && _cumulative[k] <= uniform) k++;
        return k;
    }
}
