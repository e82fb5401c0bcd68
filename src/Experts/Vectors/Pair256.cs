using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Vectors;

/// <summary>Sixteen floats in two 256-bit registers.</summary>
internal readonly struct Pair256(Vector256<float> lower, Vector256<float> upper)
{
    /// <summary>Lanes 0 to 7.</summary>
    public readonly Vector256<float> Lower = lower;

    /// <summary>Lanes 8 to 15.</summary>
    public readonly Vector256<float> Upper = upper;
}
