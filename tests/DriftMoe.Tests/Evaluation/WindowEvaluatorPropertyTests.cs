using FsCheck;
using FsCheck.Fluent;
using StreamMoe.DriftMoe.Evaluation;

namespace StreamMoe.DriftMoe.Tests.Evaluation;

/// <summary>Random sequences of (label, prediction, weight) with few classes, so that ties and classes that come and go are common.</summary>
public sealed class WindowEvaluatorPropertyTests
{
    private const int Classes = 4;

    private static readonly Arbitrary<(int Label, int Prediction, double Weight)[]> Results =
        (from label in Gen.Choose(0, Classes - 1)
         from prediction in Gen.Choose(0, Classes - 1)
         from weight in Gen.Elements(1.0, 1.0, 1.0, 0.0, 0.5, 2.0)
         select (label, prediction, weight)).ArrayOf().ToArbitrary();

    [Fact]
    public void Snapshot_WindowAtLeastAsLargeAsTheStream_EqualsCumulative() =>
        Prop.ForAll(Results, results =>
        {
            PrequentialEvaluator cumulative = new(Classes);
            WindowEvaluator window = new(Math.Max(1, results.Length), Classes);
            foreach ((int label, int prediction, double weight) in results)
            {
                cumulative.Add(label, prediction, weight);
                window.Add(label, prediction, weight);
            }
            Snapshots.AssertEqual(cumulative.Snapshot(), window.Snapshot(), 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Snapshot_AnyWindow_EqualsRecountOfItsResults() =>
        Prop.ForAll(Results, Gen.Choose(1, 12).ToArbitrary(), (results, size) =>
        {
            WindowEvaluator window = new(size, Classes);
            for (int t = 0; t < results.Length; t++)
            {
                window.Add(results[t].Label, results[t].Prediction, results[t].Weight);
                Recount(results.AsSpan(0, t + 1), size, window.Snapshot());
            }
        }).QuickCheckThrowOnFailure();

    /// <summary>Counts the window anew from the whole sequence, the slow and plain way.</summary>
    private static void Recount(ReadOnlySpan<(int Label, int Prediction, double Weight)> results, int size, EvaluationSnapshot actual)
    {
        List<(double NoChange, double Majority)> baselines = [];
        List<(int Label, int Prediction, double Weight)> counted = [];
        int previous = 0;
        foreach ((int label, int prediction, double weight) in results)
        {
            if (weight > 0) counted.Add((label, prediction, weight));
            double[] labelWeights = [.. Enumerable.Range(0, Classes).Select(c => counted.TakeLast(size).Where(r => r.Label == c).Sum(r => r.Weight))];
            int majority = Array.IndexOf(labelWeights, labelWeights.Max());
            baselines.Add((previous == label ? weight : 0, majority == label ? weight : 0));
            previous = label;
        }
        counted = [.. counted.TakeLast(size)];
        Assert.Equal(counted.Count, actual.Results);
        if (counted.Count == 0) return;
        double accuracy = counted.Where(r => r.Label == r.Prediction).Sum(r => r.Weight) / counted.Count;
        double chance = Enumerable.Range(0, Classes).Sum(c => counted.Where(r => r.Label == c).Sum(r => r.Weight) / counted.Count
            * (counted.Where(r => r.Prediction == c).Sum(r => r.Weight) / counted.Count));
        Assert.Equal(accuracy, actual.Accuracy);
        Check(accuracy, chance, actual.Kappa, "kappa");
        Check(accuracy, baselines.TakeLast(size).Average(b => b.NoChange), actual.KappaT, "kappa-T");
        Check(accuracy, baselines.TakeLast(size).Average(b => b.Majority), actual.KappaM, "kappa-M");
        for (int c = 0; c < Classes; c++)
        {
            double right = counted.Where(r => r.Label == c && r.Prediction == c).Sum(r => r.Weight);
            int predicted = counted.Count(r => r.Prediction == c), occurred = counted.Count(r => r.Label == c);
            Assert.Equal(predicted == 0 ? null : right / predicted, actual.Precision[c]);
            Assert.Equal(occurred == 0 ? null : right / occurred, actual.Recall[c]);
        }
    }

    private static void Check(double accuracy, double baseline, double? actual, string measure)
    {
        if (baseline == 1)
            Assert.True(actual is null, $"{measure} was {actual}; expected null.");
        else
            Assert.True(actual is not null && Math.Abs((accuracy - baseline) / (1 - baseline) - actual.Value) < 1e-12, $"{measure} was {actual}.");
    }
}
