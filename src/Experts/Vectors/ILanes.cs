using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Vectors;

/// <summary>Sixteen floats worked on side by side, in whatever registers the processor has for them.</summary>
/// <typeparam name="V">What holds the sixteen.</typeparam>
internal unsafe interface ILanes<V> where V : struct
{
    /// <summary>Whether sixteen accumulators of sixteen floats fit into the registers beside their operands.</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>Sixteen zeros.</summary>
    static abstract V Zero { get; }

    static abstract V Load(float* from);

    static abstract void Store(V value, float* to);

    static abstract V Broadcast(float value);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Sqrt(V a);

    /// <summary>a·b + c with one rounding.</summary>
    static abstract V Fma(V a, V b, V c);

    /// <summary>−a·b + c with one rounding.</summary>
    static abstract V FmaNegated(V a, V b, V c);

    /// <summary>−|a|.</summary>
    static abstract V MinusAbs(V a);

    /// <summary>The floats whose bits are <see cref="Reciprocal.Seed"/> minus those of a.</summary>
    static abstract V ReciprocalSeed(V a);

    /// <summary>a where it is not below the floor (NaN stays), else the floor.</summary>
    static abstract V AtLeast(V a, V floor);

    /// <summary>The value where the gate is above 0, else 0.</summary>
    static abstract V WherePositive(V gate, V value);

    /// <summary>0 where |a| is below the bound, else a.</summary>
    static abstract V Flush(V a, V bound);

    /// <summary>2ⁿ, n in the low bits of a number that <see cref="ExpPolynomial.RoundingShift"/> was added to.</summary>
    static abstract V PowerOfTwo(V shifted);

    /// <summary>Writes the transpose of a square of sixteen rows and columns.</summary>
    static abstract void Transpose(float* from, int fromRow, float* to, int toRow);

    /// <summary>The sum in <see cref="Neural.Kernels.MlpKernels.Dot"/>'s order.</summary>
    static abstract float Sum(V a);

    /// <summary>The four sums in <see cref="Neural.Kernels.MlpKernels.Dot"/>'s order.</summary>
    static abstract Vector128<float> Sum(V a, V b, V c, V d);
}
