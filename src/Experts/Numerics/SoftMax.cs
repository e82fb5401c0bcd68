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
        Exponentials(scores, Greatest(scores));
        Normalise(scores);
    }

    /// <summary>The same with prior probabilities: p_c ∝ prior_c·e^(s_c), a prior being at least 1e-6.</summary>
    /// <param name="scores">As in <see cref="Apply(Span{double})"/>.</param>
    /// <param name="priors">At least as many, in [0, 1].</param>
    public static void Apply(Span<double> scores, ReadOnlySpan<double> priors)
    {
        Exponentials(scores, Greatest(scores));
        for (int i = 0; i < scores.Length; i++) scores[i] *= Math.Max(priors[i], 1e-6);
        Normalise(scores);
    }

    private static double Greatest(ReadOnlySpan<double> scores)
    {
        double greatest = scores[0];
        foreach (double score in scores) greatest = score > greatest ? score : greatest;
        return greatest;
    }

    private static void Normalise(Span<double> scores)
    {
        double sum = 0;
        foreach (double score in scores) sum += score;
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
