using System.Runtime.Intrinsics;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural.Kernels;

/// <summary>The arithmetic that nets are made of, in float32.</summary>
/// <remarks>
/// Every implementation gives the same bits: each sum runs in the order stated here whatever the vector width, the number of
/// rows and the blocking, every multiply-add is fused, and root and division are IEEE 754's. <see cref="ScalarKernels"/> is the definition.
/// <para>Matrices are <em>panelled</em>: columns are padded with zeros to a multiple of 16 and cut into panels of 64; a panel holds
/// its rows one after the other. Element (r, c) of a matrix of R rows lies at 64·R·⌊c/64⌋ + r·w + c mod 64 with w = the
/// width of its panel (64, less in the last one). So every block that a kernel works on is contiguous.</para>
/// </remarks>
internal abstract unsafe class MlpKernels
{
    /// <summary>Floats that are padded to and summed side by side.</summary>
    public const int Lanes = KernelWidths.Lanes;

    /// <summary>Columns of a panel.</summary>
    public const int Panel = 64;

    /// <summary>The exponential's argument is raised to this, so that its result stays far from the denormals.</summary>
    public const float SmallestExponent = -80f;

    /// <summary>One panel of a product: c[i][j] = start[i][j] + Σ_p a[i][p]·b[p][j], the start first, then p = 0, 1, … in order; then ReLU if asked.</summary>
    /// <param name="a">Element (i, p) lies at i·<paramref name="aRow"/> + p·<paramref name="aDepth"/>.</param>
    /// <param name="aRow">Distance between rows of a.</param>
    /// <param name="aDepth">Distance between columns of a.</param>
    /// <param name="rows">Rows of c.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="b">Rows of <paramref name="columns"/> floats.</param>
    /// <param name="start">Where sums start; may be <paramref name="c"/>.</param>
    /// <param name="startRow">Distance between rows of the start; 0 = one row for all.</param>
    /// <param name="c">Rows of <paramref name="columns"/> floats.</param>
    /// <param name="columns">16, 32, 48 or 64.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    public abstract void Accumulate(float* a, nint aRow, nint aDepth, int rows, int depth, float* b, float* start, nint startRow, float* c, int columns, bool relu);

    /// <summary>Panelled product with a transposed matrix: c[i][j] = Σ_p a[i][p]·b[j][p] + bias[j].</summary>
    /// <remarks>Sixteen partial sums, the terms p ≡ l (mod 16) in order in sum l; then sums l and l + 8 are added for l &lt; 8, then l and l + 4, l + 2, l + 1; then the bias.</remarks>
    /// <param name="a">Panelled, rows × depth.</param>
    /// <param name="rows">Rows of a and c.</param>
    /// <param name="b">Panelled, bRows × depth.</param>
    /// <param name="bRows">Rows of b = columns of c that are written; the padding of c is left as it is.</param>
    /// <param name="depth">A multiple of 16; the padding holds zeros.</param>
    /// <param name="bias">Or null for none.</param>
    /// <param name="c">Panelled, rows × bRows.</param>
    public abstract void Dot(float* a, int rows, float* b, int bRows, int depth, float* bias, float* c);

    /// <summary>Back through ReLU and dropout: d = h &gt; 0 ? d·scale : 0.</summary>
    /// <param name="h">What the layer gave.</param>
    /// <param name="d">Gradient by h; becomes the gradient by what went into the ReLU.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="scale">1 / (1 − dropout probability).</param>
    public abstract void MaskByActivation(float* h, float* d, int count, float scale);

    /// <summary>One Adam step on <paramref name="count"/> parameters (a multiple of 16):
    /// m += (1−β₁)(g−m), flushed; v = β₂v + floor + (1−β₂)g²; w −= step · m · <see cref="Reciprocal"/>(√v·scale + ε).</summary>
    public abstract void Adam(float* w, float* m, float* v, float* g, int count, in AdamStep step);

    /// <summary><see cref="Adam"/> on rows × 64 parameters whose gradient is a row times a column, g[i][j] = a[i·aRow]·d[j]: the gradient of one instance.</summary>
    public abstract void AdamOuter(float* w, float* m, float* v, float* a, nint aRow, int rows, float* d, in AdamStep step);

    /// <summary>Transposes a block: to[j·toRow + i] = from[i·fromRow + j].</summary>
    /// <param name="from">Where the block starts.</param>
    /// <param name="fromRow">Distance between its rows.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns, a multiple of 16.</param>
    /// <param name="to">Where the transposed block starts.</param>
    /// <param name="toRow">Distance between its rows.</param>
    public virtual void Transpose(float* from, int fromRow, int rows, int columns, float* to, int toRow)
    {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) to[j * toRow + i] = from[i * fromRow + j];
    }

    /// <summary>y = e^−|x| (an |x| above 80 counts as 80; NaN stays), relative error below 2e-7.</summary>
    /// <param name="x">Arguments.</param>
    /// <param name="y">Results; may be <paramref name="x"/>.</param>
    /// <param name="count">A multiple of 16.</param>
    public abstract void ExpMinusAbs(float* x, float* y, int count);

    /// <summary>Moves towards other parameters: w += rate·(source − w).</summary>
    public abstract void Approach(float* w, float* source, int count, float rate);

    /// <summary>The implementation of a width.</summary>
    /// <exception cref="NotSupportedException">The processor lacks it.</exception>
    public static MlpKernels Of(KernelWidth width) => width == KernelWidth.Widest ? Widest : Create(width);

    private static MlpKernels Widest { get; } = Create(KernelWidth.Widest);

    private static MlpKernels Create(KernelWidth width) => KernelWidths.Resolve(width) switch
    {
        KernelWidth.Vector512 => new VectorKernels<Lanes512, Vector512<float>>(),
        KernelWidth.Vector256 => new VectorKernels<Lanes256, Pair256>(),
        _ => new ScalarKernels(),
    };
}
