using StreamMoe.Streams.Randomness;

namespace StreamMoe.Experts.Numerics;

/// <summary>Draws from a Poisson distribution by inverting its distribution function, one uniform number a draw.</summary>
/// <remarks>
/// With u uniform in [0, 1) the draw is the first k at which 1 + λ + … + λᵏ/k! exceeds u·e^λ, at most max(100, 10·⌈λ⌉) − 1.
/// The partial sums are summed in that order once, so a draw gives the bits of MOA's.
/// </remarks>
internal sealed class PoissonDraw
{
    private readonly double _scale;
    private readonly double[] _sums;

    /// <summary>Prepares draws.</summary>
    /// <param name="lambda">Mean λ, in (0, 100).</param>
    public PoissonDraw(double lambda)
    {
        _scale = Math.Exp(lambda);
        _sums = new double[Math.Max(100, 10 * (int)Math.Ceiling(lambda)) - 1];
        double term = 1, sum = 1;
        for (int k = 0; k < _sums.Length; k++)
        {
            _sums[k] = sum;
            term *= lambda / (k + 1);
            sum += term;
        }
    }

    /// <summary>Draws a number ≥ 0.</summary>
    public int Next(JavaRandom random) => At(random.NextDouble());

    /// <summary>The number that a uniform number in [0, 1) stands for.</summary>
    public int At(double uniform)
    {
        double threshold = uniform * _scale;
        int k = 0;
        while (k < _sums.Length && _sums[k] <= threshold) k++;
        return k;
    }
}
