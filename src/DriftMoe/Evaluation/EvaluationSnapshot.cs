namespace StreamMoe.DriftMoe.Evaluation;

/// <summary>All measures of an evaluator at one moment. Ratios, not per cent; a ratio whose denominator is 0 is null.</summary>
/// <remarks>Per-class arrays are in class order and belong to the receiver.</remarks>
public sealed record EvaluationSnapshot
{
    /// <value>Number of results measured (in the window, for a <see cref="WindowEvaluator"/>), ≥ 0, without those of weight 0.</value>
    public required long Results { get; init; }

    /// <value>Sum of the weights of all results ever added, ≥ 0; not limited to a window.</value>
    public required double TotalWeight { get; init; }

    /// <value>Right predictions among the results; in [0, 1] for unit weights. Null before the first result.</value>
    public required double? Accuracy { get; init; }

    /// <value>Cohen's kappa: (p₀ − p_c)/(1 − p_c) with p₀ the accuracy and p_c the agreement expected by chance; at most 1 for unit weights.</value>
    public required double? Kappa { get; init; }

    /// <value>Kappa-M: (p₀ − p_m)/(1 − p_m) with p_m the accuracy of the running majority class; at most 1 for unit weights.</value>
    public required double? KappaM { get; init; }

    /// <value>Kappa-T: (p₀ − p_t)/(1 − p_t) with p_t the accuracy of predicting the previous label; at most 1 for unit weights.</value>
    public required double? KappaT { get; init; }

    /// <value>Geometric mean of the recalls of the classes that occurred, in [0, 1] for unit weights: 0 as soon as one is never found.
    /// Null before two classes have occurred. Source: Kubat and Matwin 1997.</value>
    public required double? GMean { get; init; }

    /// <value>Mean of the recalls of the classes that occurred, in [0, 1] for unit weights. Null before two classes have occurred.</value>
    public required double? BalancedAccuracy { get; init; }

    /// <value>Area under the precision-recall curve of the rarer of two classes, in [0, 1]. Null with other numbers of classes, before both have occurred,
    /// over a window, and when no probabilities were given.</value>
    public double? PrAuc { get; init; }

    /// <value>A class: right predictions among the predictions of it. Null when it was never predicted.</value>
    public required IReadOnlyList<double?> Precision { get; init; }

    /// <value>A class: right predictions among its instances. Null when it never occurred.</value>
    public required IReadOnlyList<double?> Recall { get; init; }

    /// <value>A class: 2·P·R/(P + R). Null when precision or recall is null, or both are 0.</value>
    public required IReadOnlyList<double?> F1 { get; init; }

    /// <value>Mean precision over all classes. Null as soon as one class has none.</value>
    public required double? MacroPrecision { get; init; }

    /// <value>Mean recall over all classes. Null as soon as one class has none.</value>
    public required double? MacroRecall { get; init; }

    /// <value>2·P·R/(P + R) of <see cref="MacroPrecision"/> and <see cref="MacroRecall"/>: not the mean of <see cref="F1"/>.</value>
    public required double? MacroF1 { get; init; }
}
