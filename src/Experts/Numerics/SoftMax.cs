using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamMoe.Experts.Numerics;

/// <summary>Scores to probabilities, with the same bits at every vector width.</summary>
internal static class SoftMax
{
    /// <summary>p_c = e^(s_c − max s) / Σ of these, in place; the sum runs in index order.</summary>
    /// <param name="scores">At least one, none NaN or +∞, one finite; −∞ gives 0.</param>
    public static void Apply(Span<double> scores)
    {
        double maximum = scores[0];
        for (int i = 1; i < scores.Length; i++) maximum = Math.Max(maximum, scores[i]);
        Exponentials(scores, maximum);
        double sum = 0;
        foreach (double e in scores) sum += e;
        double inverse = 1 / sum;
        for (int i = 0; i < scores.Length; i++) scores[i] *= inverse;
    }

    private static void Exponentials(Span<double> scores, double maximum)
    {
        ref double first = ref MemoryMarshal.GetReference(scores);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + 8 <= scores.Length; i += 8)
                VectorExp.Exp(Vector512.LoadUnsafe(ref first, (nuint)i) - Vector512.Create(maximum)).StoreUnsafe(ref first, (nuint)i);
        }
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 4 <= scores.Length; i += 4)
                VectorExp.Exp(Vector256.LoadUnsafe(ref first, (nuint)i) - Vector256.Create(maximum)).StoreUnsafe(ref first, (nuint)i);
        }
        for (; i < scores.Length; i++) scores[i] = VectorExp.Exp(scores[i] - maximum);
    }
}
