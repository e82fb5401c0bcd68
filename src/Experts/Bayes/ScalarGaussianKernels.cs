using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Bayes;

/// <summary>The kernels as plain loops: what the vector kernels must agree with to the bit.</summary>
internal sealed unsafe class ScalarGaussianKernels : GaussianKernels
{
    private const int Lanes = KernelWidths.Lanes;

    public override void Score(float* x, float* mean, float* h, int count, Span<double> scores)
    {
        float* sums = stackalloc float[Lanes];
        for (int c = 0; c < scores.Length; c++, mean += count, h += count) scores[c] = ScoreOne(sums, x, mean, h, count);
    }

    private static float ScoreOne(float* sums, float* x, float* mean, float* h, int count)
    {
        new Span<float>(sums, Lanes).Clear();
        for (int a = 0; a < count; a++)
        {
            float d = x[a] - mean[a], term = d * d * h[a];
            sums[a % Lanes] += term < Floor ? Floor : term;
        }
        for (int apart = Lanes / 2; apart > 0; apart /= 2)
            for (int l = 0; l < apart; l++) sums[l] += sums[l + apart];
        return sums[0];
    }

    public override void Update(float* x, float* mean, float* variance, int count, float rate)
    {
        for (int a = 0; a < count; a++)
        {
            float d = x[a] - mean[a];
            mean[a] = MathF.FusedMultiplyAdd(rate, d, mean[a]);
            variance[a] = (1 - rate) * MathF.FusedMultiplyAdd(rate * d, d, variance[a]);
        }
    }

    public override void Invert(float* variance, float* h, int count, float shrink, float prior)
    {
        for (int a = 0; a < count; a++) h[a] = -0.5f * Reciprocal.Of(MathF.FusedMultiplyAdd(shrink, variance[a], prior));
    }
}
