namespace StreamMoe.Experts.Neural.Kernels;

/// <summary>The constants of one Adam step.</summary>
/// <param name="OneMinusBeta1">1 − β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="OneMinusBeta2">1 − β₂.</param>
/// <param name="StepSize">Learning rate / (1 − β₁ᵗ).</param>
/// <param name="RootScale">1 / √(1 − β₂ᵗ).</param>
/// <param name="Epsilon">Added outside the root.</param>
internal readonly record struct AdamStep(float OneMinusBeta1, float Beta2, float OneMinusBeta2, float StepSize, float RootScale, float Epsilon)
{
    /// <summary>First moments smaller than this become 0: they would decay into denormals, on which processors are many times slower.</summary>
    public const float SmallestFirstMoment = 1e-30f;

    /// <summary>Added to the second moment at each step, so that it never decays into denormals either: with β₂ = 0.999 it stays
    /// above 1e-30, whose root is 1e-15 and vanishes beside ε.</summary>
    public const float SecondMomentFloor = 1e-33f;
}
