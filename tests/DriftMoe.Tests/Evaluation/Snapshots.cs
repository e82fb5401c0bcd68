using StreamMoe.DriftMoe.Evaluation;

namespace StreamMoe.DriftMoe.Tests.Evaluation;

/// <summary>Compares snapshots measure by measure.</summary>
internal static class Snapshots
{
    public static void AssertEqual(EvaluationSnapshot expected, EvaluationSnapshot actual, double tolerance)
    {
        Assert.Equal(expected.Results, actual.Results);
        double?[] e = All(expected), a = All(actual);
        Assert.Equal(e.Length, a.Length);
        for (int i = 0; i < e.Length; i++)
            Assert.True(e[i].HasValue == a[i].HasValue && !(Math.Abs((e[i] ?? 0) - (a[i] ?? 0)) > tolerance),
                $"Measure {i} was {a[i]?.ToString() ?? "null"}; expected {e[i]?.ToString() ?? "null"}.");
    }

    private static double?[] All(EvaluationSnapshot s) =>
        [s.TotalWeight, s.Accuracy, s.Kappa, s.KappaM, s.KappaT, s.MacroPrecision, s.MacroRecall, s.MacroF1, s.GMean, s.BalancedAccuracy, s.PrAuc, .. s.Precision, .. s.Recall, .. s.F1];
}
