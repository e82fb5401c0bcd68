using System.Runtime.Intrinsics;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neighbours;

/// <summary>The arithmetic of a <see cref="NeighbourRing"/>; every width gives the same bits.</summary>
/// <remarks>Rows are kept in groups of 64, a group attribute by attribute, so that a vector holds one attribute of 16 rows and each row's sum runs over its attributes in order.</remarks>
internal abstract unsafe class NeighbourKernels
{
    /// <summary>Rows of a group.</summary>
    public const int Group = 64;

    /// <summary>Parts that the rows of a group fall into: row r belongs to part r mod 16.</summary>
    public const int Lanes = KernelWidths.Lanes;

    /// <summary>Negative squared distances: closeness[row] = −Σ (x − r)², one fused multiply-add an attribute, in attribute order.</summary>
    /// <param name="rows">Groups of <see cref="Group"/> rows: attribute by attribute, 64 floats each.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="x">The row asked for.</param>
    /// <param name="attributes">Length of a row.</param>
    /// <param name="closeness">Receives a number a row, at most 0.</param>
    /// <param name="greatest">Receives, for each group, the greatest closeness in each of its 16 parts.</param>
    public abstract void Measure(float* rows, int groups, float* x, int attributes, float* closeness, float* greatest);

    /// <summary>The implementation of a width.</summary>
    /// <exception cref="NotSupportedException">The processor lacks it.</exception>
    public static NeighbourKernels Of(KernelWidth width) => KernelWidths.Resolve(width) switch
    {
        KernelWidth.Vector512 => new VectorNeighbourKernels<Lanes512, Vector512<float>>(),
        KernelWidth.Vector256 => new VectorNeighbourKernels<Lanes256, Pair256>(),
        _ => new ScalarNeighbourKernels(),
    };
}
