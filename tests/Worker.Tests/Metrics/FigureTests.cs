using System.Diagnostics;
using StreamMoe.DriftMoe;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>The figures that metrics are made of, against what they are defined as.</summary>
[Collection(StreamMoe.Worker.Tests.Telemetry.SpanListeners.Name)]
public sealed class FigureTests
{
    [Theory, InlineData(1), InlineData(50), InlineData(1000)]
    public void ConfidenceWindow_AnyResults_IsTheMeanAndTheCalibrationErrorOfTheLastOnes(int size)
    {
        Random random = new(size);
        ConfidenceWindow window = new(size);
        List<(float Confidence, bool Right)> all = [];
        Assert.True(double.IsNaN(window.Confidence) && double.IsNaN(window.CalibrationError));
        for (int i = 0; i < 1300; i++)
        {
            (float confidence, bool right) = (i % 50 == 0 ? 1f : random.NextSingle(), random.Next(3) > 0);
            all.Add((confidence, right));
            window.AddPrediction(confidence);
            window.AddResult(confidence, right);
            window.AddResult(float.NaN, true);
        }
        (float Confidence, bool Right)[] last = [.. all.TakeLast(size)];
        double error = last.GroupBy(r => Math.Min(9, (int)(r.Confidence * 10))).Sum(bin => Math.Abs(bin.Count(r => r.Right) - bin.Sum(r => (double)r.Confidence))) / last.Length;
        Assert.Equal(last.Average(r => (double)r.Confidence), window.Confidence, 1e-5);
        Assert.Equal(error, window.CalibrationError, 1e-5);
    }

    [Fact]
    public void LatencyHistogram_Coarse_CountsAndSumsWhatLiesBetweenTheBounds()
    {
        LatencyHistogram histogram = new();
        Random random = new(1);
        TimeSpan[] latencies = [TimeSpan.Zero, .. LatencyHistogram.CoarseBounds.Select(b => TimeSpan.FromMicroseconds(b * 1e6)), TimeSpan.FromHours(3),
            .. Enumerable.Range(0, 500).Select(_ => TimeSpan.FromMicroseconds(Math.Pow(2, random.NextDouble() * 26)))];
        foreach (TimeSpan latency in latencies) histogram.Add(latency);
        long[] counts = new long[LatencyHistogram.CoarseBuckets], ticks = new long[LatencyHistogram.CoarseBuckets];
        histogram.ReadCoarse(counts, ticks);
        double[] bounds = [double.NegativeInfinity, .. LatencyHistogram.CoarseBounds, double.PositiveInfinity];
        TimeSpan[][] within = [.. Enumerable.Range(0, counts.Length).Select(b => latencies.Where(l => l.TotalSeconds > bounds[b] && l.TotalSeconds <= bounds[b + 1]).ToArray())];
        Assert.Equal(within.Select(l => (long)l.Length), counts);
        Assert.Equal(within.Select(l => l.Sum(one => one.Ticks)), ticks);
    }

    [Fact]
    public void SignalCounts_ManyDetectors_StayBoundedAndNothingIsLost()
    {
        SignalCounts counts = new();
        for (int i = 0; i < 1000; i++) counts.Add(Signal(PoolEventKind.Warning, -1, $"input:a{i}", $"detector{i}"));
        counts.Add(Signal(PoolEventKind.Drift, 4, "confidence", "hddm-a"));
        counts.Add(Signal(PoolEventKind.Drift, -1, "mixture", "adwin"));
        counts.Add(Signal(PoolEventKind.Warning, -1, "confidence", "hddm-a"));
        counts.Add(Signal(PoolEventKind.Spawn, 1, "mixture", ""));
        SignalCounts.Row[] rows = [.. counts.Rows];
        Assert.InRange(rows.Length, 4, 8 * (SignalCounts.MostDetectors + 1));
        Assert.Equal(1003, rows.Sum(r => r.Count));
        Assert.Equal(1000, rows.Where(r => r is { Signal: "warning", Source: "input" }).Sum(r => r.Count));
        Assert.Contains(new SignalCounts.Row("drift", "expert", "hddm-a", 1), rows);
        Assert.Contains(new SignalCounts.Row("drift", "mixture", "adwin", 1), rows);
        Assert.Contains(new SignalCounts.Row("warning", "confidence", "hddm-a", 1), rows);
        Assert.Contains(rows, r => r is { Detector: "other", Count: > 900 });
    }

    [Fact]
    public void EntropyRatio_EvenAndCollapsedPools_AreOneAndZero()
    {
        Assert.Equal(1, PoolFigures.EntropyRatio(Pool(0.25, 0.25, 0.25, 0.25)), 1e-12);
        Assert.Equal(0, PoolFigures.EntropyRatio(Pool(1, 0, 0)));
        Assert.Equal(0.5, PoolFigures.EntropyRatio(Pool(0.5, 0.5, 0, 0)), 1e-12);
        Assert.True(double.IsNaN(PoolFigures.EntropyRatio(Pool(1))));
        Assert.True(double.IsNaN(PoolFigures.EntropyRatio(Pool(0, 0))));
    }

    [Fact]
    public void BatchActivity_NobodyListens_IsNothingAndSomebodyGetsTheTags()
    {
        SourceRecord[] records = Partition.Records("a", "b", "c");
        PartitionId own = new("of this test", 3);
        LearnerId learner = new("of this test", 1);
        SourceRecord[] mine = [.. records.Select(r => r.Source == Partition.Source ? r with { Source = own, Offset = r.Offset + 10 } : r)];
        List<Activity> ended = [];
        using (ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == BatchActivity.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("streammoe.topic"), learner.Topic)) ended.Add(activity);
            },
        })
        {
            ActivitySource.AddActivityListener(listener);
            BatchActivity.Start(learner, mine)!.Dispose();
        }
        Activity span = Assert.Single(ended);
        Assert.Equal("batch", span.OperationName);
        Assert.Equal([1, 3, 10L, 12L, 3], ((string[])["streammoe.learner", "streammoe.partition", "streammoe.offset.first", "streammoe.offset.last", "streammoe.rows"]).Select(span.GetTagItem));
        Assert.Null(BatchActivity.Start(learner, mine));
        Assert.Equal(0, Allocation.Of(() => BatchActivity.Start(learner, mine)?.Dispose()));
    }

    private static DriftMoe.PoolSnapshot Pool(params double[] shares)
        => new([.. shares.Select((s, i) => new DriftMoe.PoolMember(i, "k", DriftMoe.PoolMemberState.Active, s)), new(99, "k", DriftMoe.PoolMemberState.Parked, 0.4)], 0, 0);

    private static PoolEvent Signal(PoolEventKind kind, int expert, string source, string detector) => new(kind, 0, 0, expert, source, []) { Detector = detector };
}
