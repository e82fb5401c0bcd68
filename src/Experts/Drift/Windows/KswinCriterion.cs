namespace StreamMoe.Experts.Drift.Windows;

/// <summary>How <see cref="Kswin"/> judges the distance D of two samples of size r.</summary>
internal enum KswinCriterion
{
    /// <summary>By the exact p-value.</summary>
    Exact,

    /// <summary>By D > √(−ln(α)/r), the publication's approximation; slightly more sensitive.</summary>
    Asymptotic,
}
