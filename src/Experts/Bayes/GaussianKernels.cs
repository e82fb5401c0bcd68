using System.Runtime.Intrinsics;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Bayes;

/// <summary>The arithmetic of a row of Gaussians, one an attribute, in float32; every width gives the same bits.</summary>
/// <remarks>Counts are multiples of 16; sums run in 16 partial sums, which are added as <see cref="Neural.Kernels.MlpKernels.Dot"/> adds its own.</remarks>
internal abstract unsafe class GaussianKernels
{
    /// <summary>The least that one attribute adds to a log-likelihood, its normalisation apart: no single surprise decides alone.</summary>
    public const float Floor = -12;

    /// <summary>Of each class Σ max(h·(x − mean)², <see cref="Floor"/>).</summary>
    /// <param name="x">The instance.</param>
    /// <param name="mean">A row of means a class.</param>
    /// <param name="h">A row of h = −½/variance a class.</param>
    /// <param name="count">Length of a row, a multiple of 16; the padding of h holds zeros, or that of x and mean the same.</param>
    /// <param name="scores">Receives a number a class.</param>
    public abstract void Score(float* x, float* mean, float* h, int count, Span<double> scores);

    /// <summary>Moves means and variances towards an instance: d = x − mean, mean += rate·d, variance = (1 − rate)·(variance + rate·d²).</summary>
    public abstract void Update(float* x, float* mean, float* variance, int count, float rate);

    /// <summary>h = −½/(shrink·variance + prior).</summary>
    public abstract void Invert(float* variance, float* h, int count, float shrink, float prior);

    /// <summary>The implementation of a width.</summary>
    /// <exception cref="NotSupportedException">The processor lacks it.</exception>
    public static GaussianKernels Of(KernelWidth width) => KernelWidths.Resolve(width) switch
    {
        KernelWidth.Vector512 => new VectorGaussianKernels<Lanes512, Vector512<float>>(),
        KernelWidth.Vector256 => new VectorGaussianKernels<Lanes256, Pair256>(),
        _ => new ScalarGaussianKernels(),
    };
}
