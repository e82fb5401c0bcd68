namespace StreamMoe.Experts.Vectors;

/// <summary>Which implementation of the kernels a stack runs on. All give the same bits; tests choose, everybody else takes <see cref="Widest"/>.</summary>
internal enum KernelWidth
{
    /// <summary>The widest that this processor accelerates.</summary>
    Widest,

    /// <summary>Plain loops: the definition of what the others compute.</summary>
    Scalar,

    /// <summary>Pairs of 256-bit vectors (AVX2 and FMA).</summary>
    Vector256,

    /// <summary>512-bit vectors (AVX-512).</summary>
    Vector512,
}
