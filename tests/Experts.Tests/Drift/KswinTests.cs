using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Inputs;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Tests.Drift;

public sealed class KswinTests
{
    [Theory]
    [InlineData(0.005, 30, 14), InlineData(0.005, 50, 18), InlineData(0.005, 100, 25)]
    [InlineData(0.001, 30, 15), InlineData(0.001, 50, 20), InlineData(0.001, 100, 28)]
    [InlineData(0.0001, 30, 17), InlineData(0.0001, 50, 22), InlineData(0.0001, 100, 32)]
    [InlineData(0.0, 30, 31), InlineData(1.0, 30, 1)]
    public void CriticalDistance_LevelAndSize_IsThatOfTheExactDistribution(double alpha, int r, int expected) =>
        Assert.Equal(expected, KolmogorovSmirnov.CriticalDistance(alpha, r));

    /// <summary>All orders of two samples of 4, counted one by one, against the formula.</summary>
    [Fact]
    public void PValue_SamplesOfFour_EqualsTheCountOfAllOrders()
    {
        const int R = 4;
        int[] atLeast = new int[R + 1];
        int orders = 0;
        for (int bits = 0; bits < 1 << (2 * R); bits++)
        {
            if (int.PopCount(bits) != R) continue;
            orders++;
            double[] a = [.. Enumerable.Range(0, 2 * R).Where(i => (bits >> i & 1) == 1).Select(i => (double)i)];
            double[] b = [.. Enumerable.Range(0, 2 * R).Where(i => (bits >> i & 1) == 0).Select(i => (double)i)];
            int h = KolmogorovSmirnov.Distance(a, b);
            for (int k = 0; k <= h; k++) atLeast[k]++;
        }
        Assert.Equal(70, orders);
        for (int h = 0; h <= R; h++) Assert.Equal(atLeast[h] / 70.0, KolmogorovSmirnov.PValue(h, R), 14);
    }

    [Fact]
    public void Distance_Ties_AreTakenTogether()
    {
        Assert.Equal(0, KolmogorovSmirnov.Distance([1, 1, 2, 2], [1, 1, 2, 2]));
        Assert.Equal(2, KolmogorovSmirnov.Distance([1, 1, 1, 2], [1, 2, 2, 2]));
        Assert.Equal(4, KolmogorovSmirnov.Distance([1, 1, 1, 1], [2, 2, 2, 2]));
    }

    /// <summary>The sample of older inputs is all from the old distribution, so the distance is the share of new ones among the
    /// last 30: the critical 14 (exact) or 13 (asymptotic) decide the delay whatever the random choice.</summary>
    [Theory]
    [InlineData(KswinCriterion.Exact, 14)]
    [InlineData(KswinCriterion.Asymptotic, 13)]
    public void Update_DisjointDistributions_SignalsAtTheCriticalNumberOfNewInputs(object criterion, int expected)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            Kswin detector = new(new KswinOptions { Seed = seed, Criterion = (KswinCriterion)criterion });
            for (int i = 0; i < 150; i++) Assert.Equal(DriftSignal.None, detector.Update(1));
            for (int i = 1; i < expected; i++) Assert.Equal(DriftSignal.None, detector.Update(100 + i));
            Assert.Equal(DriftSignal.Drift, detector.Update(200));
        }
    }

    [Theory]
    [InlineData(true, 70)]
    [InlineData(false, 100)]
    public void Update_AfterADrift_NextDriftNeedsAFullWindow(bool keepRecent, int inputs)
    {
        Kswin detector = new(new KswinOptions { KeepRecent = keepRecent });
        for (int i = 0; i < 100; i++) detector.Update(0);
        int k = 0;
        while (detector.Update(1) != DriftSignal.Drift) Assert.InRange(k++, 0, 30);
        // With a window of 30 kept inputs (or none) the newest 30 of 100 differ from all before: a drift as soon as it is full.
        for (int i = 1; i < inputs; i++) Assert.Equal(DriftSignal.None, detector.Update(i > inputs - 30 ? 10 : 5));
        Assert.Equal(DriftSignal.Drift, detector.Update(10));
    }

    /// <summary>Saving and loading sorts the window anew; the signals must be those of the window that was kept sorted.</summary>
    [Fact]
    public void Update_ManyTiesAndAnySigns_EqualsADetectorThatSortsAnewEachTime()
    {
        KswinOptions options = new() { WindowSize = 40, StatSize = 15, Alpha = 0.2 };
        Kswin kept = new(options), anew = new(options);
        UniformNumbers random = new(9);
        int drifts = 0;
        for (int i = 0; i < 3_000; i++)
        {
            double value = Math.Round((random.NextDouble() - 0.5) * (i / 100 % 3 == 0 ? 3 : 30)) * (i % 7 == 0 ? -0.0 : 1);
            MemoryStream stream = new();
            anew.Persist(new StateWriter(stream));
            stream.Position = 0;
            anew.Persist(new StateReader(stream));
            DriftSignal signal = kept.Update(value);
            Assert.Equal((i, signal), (i, anew.Update(value)));
            if (signal == DriftSignal.Drift) drifts++;
        }
        Assert.InRange(drifts, 20, 100);
    }

    /// <summary>One test has level α; over many independent windows the share of false alarms stays near or below it.</summary>
    [Fact]
    public void Update_FirstTestOnStationaryInputs_FalseAlarmsKeepTheLevel()
    {
        UniformNumbers random = new(3);
        int alarms = 0;
        const int Trials = 4_000;
        for (int trial = 0; trial < Trials; trial++)
        {
            Kswin detector = new(new KswinOptions { Alpha = 0.05, Seed = trial });
            for (int i = 0; i < 99; i++) detector.Update(random.NextDouble());
            if (detector.Update(random.NextDouble()) == DriftSignal.Drift) alarms++;
        }
        // The attained level of the exact test is P(h ≥ h_min) ≤ 0.05; 4 standard deviations on both sides.
        double level = KolmogorovSmirnov.PValue(KolmogorovSmirnov.CriticalDistance(0.05, 30), 30);
        double deviation = 4 * Math.Sqrt(level * (1 - level) / Trials);
        Assert.InRange(alarms / (double)Trials, level - deviation, level + deviation);
    }
}
