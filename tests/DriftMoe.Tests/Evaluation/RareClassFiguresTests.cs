using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Tests.Evaluation;

/// <summary>G-mean, balanced accuracy and the area under the precision-recall curve against their definitions.</summary>
public sealed class RareClassFiguresTests
{
    [Fact]
    public void Snapshot_ThreeClasses_GMeanAndBalancedAccuracyAreThoseOfTheRecalls()
    {
        PrequentialEvaluator total = new(4);
        WindowEvaluator window = new(100, 4);
        // Recalls 9/10, 3/5 and 1/2; class 3 is known, and predicted once, but never comes.
        foreach ((int label, int prediction, int times) in ((int, int, int)[])[(0, 0, 9), (0, 3, 1), (1, 1, 3), (1, 0, 2), (2, 2, 1), (2, 1, 1)])
            for (int i = 0; i < times; i++)
            {
                total.Add(label, prediction);
                window.Add(label, prediction);
            }
        foreach (EvaluationSnapshot s in (EvaluationSnapshot[])[total.Snapshot(), window.Snapshot()])
        {
            Assert.Equal(Math.Cbrt(0.9 * 0.6 * 0.5), s.GMean!.Value, 1e-12);
            Assert.Equal((0.9 + 0.6 + 0.5) / 3, s.BalancedAccuracy!.Value, 1e-12);
            Assert.Null(s.PrAuc);
        }
    }

    [Fact]
    public void Snapshot_OneClassNeverFound_GMeanIsZero()
    {
        PrequentialEvaluator total = new(2);
        for (int i = 0; i < 100; i++) total.Add(i % 10 == 0 ? 1 : 0, 0);
        Assert.Equal((0.0, 0.5), (total.GMean, total.BalancedAccuracy));
    }

    [Fact]
    public void Snapshot_OneClassAlone_IsUndefined()
    {
        PrequentialEvaluator total = new(2);
        total.Add(1, 1, probability: 0.7);
        EvaluationSnapshot s = total.Snapshot();
        Assert.Equal((null, null, null), (s.GMean, s.BalancedAccuracy, s.PrAuc));
    }

    [Fact]
    public void Window_ForgetsWhatLeftIt()
    {
        WindowEvaluator window = new(4, 2);
        foreach ((int label, int prediction) in ((int, int)[])[(0, 1), (1, 0), (0, 0), (0, 0), (1, 1), (1, 0)]) window.Add(label, prediction);
        Assert.Equal(Math.Sqrt(0.5), window.GMean!.Value, 1e-12);
        Assert.Equal(0.75, window.BalancedAccuracy!.Value, 1e-12);
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.05, 1)]
    [InlineData(0.9, 0)]
    public void PrAuc_IsTheAveragePrecisionOfTheRarerClass(double shareOfOne, int rare)
    {
        Random random = new(5);
        PrequentialEvaluator total = new(2);
        List<(double Score, bool Hit)> all = [];
        for (int i = 0; i < 4000; i++)
        {
            int label = random.NextDouble() < shareOfOne ? 1 : 0;
            double p = 1 / (1 + Math.Exp(-(random.NextDouble() * 8 - 6 + 2.5 * label)));
            total.Add(label, p > 0.5 ? 1 : 0, probability: p);
            all.Add((rare == 1 ? p : 1 - p, label == rare));
        }
        if (all.Count(a => a.Hit) > all.Count / 2) all = [.. all.Select(a => (1 - a.Score, !a.Hit))];
        double hits = 0, area = 0;
        foreach (((_, bool hit), int n) in all.OrderByDescending(a => a.Score).Select((a, n) => (a, n)))
            if (hit) area += ++hits / (n + 1);
        Assert.Equal(area / hits, total.Snapshot().PrAuc!.Value, 0.004);
    }

    [Fact]
    public void PrAuc_CertainAndRight_IsOne()
    {
        PrequentialEvaluator total = new(2);
        for (int i = 0; i < 1000; i++) total.Add(i % 50 == 0 ? 1 : 0, 0, probability: i % 50 == 0 ? 1 : 0);
        Assert.Equal(1, total.Snapshot().PrAuc);
    }

    [Fact]
    public void PrAuc_ProbabilitiesSayNothing_IsTheShare()
    {
        PrequentialEvaluator total = new(2);
        for (int i = 0; i < 1000; i++) total.Add(i % 50 == 0 ? 1 : 0, 0, probability: 0.02);
        Assert.Equal(0.02, total.Snapshot().PrAuc!.Value, 1e-12);
    }

    [Fact]
    public void SaveLoad_KeepsTheCurve()
    {
        PrequentialEvaluator a = new(2), b = new(2);
        for (int i = 0; i < 100; i++) a.Add(i % 3 == 0 ? 1 : 0, 0, probability: i / 100.0);
        using MemoryStream bytes = new();
        a.Save(new StateWriter(bytes));
        bytes.Position = 0;
        b.Load(new StateReader(bytes));
        Assert.Equal(a.Snapshot().PrAuc, b.Snapshot().PrAuc);
        Assert.NotNull(b.Snapshot().PrAuc);
    }
}
