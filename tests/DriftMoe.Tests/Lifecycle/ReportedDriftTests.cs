using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>Which drifts are reported: seldom, confirmed on request, and virtual ones by a name of their own.</summary>
public sealed class ReportedDriftTests
{
    [Fact]
    public void Mixture_ErrorRisesAgainAndAgain_IsReportedOncePerGapAndAlwaysAnswered()
    {
        ErrorSignals signals = new(new LifecycleOptions(), 1);
        List<PoolEvent> events = [];
        int answered = Feed(signals, events, 20_000, t => t / 300 % 2 == 0 ? 0.02 : 0.6);

        long[] reported = [.. Drifts(events).Select(e => e.Learned)];
        Assert.True(answered > reported.Length, $"{answered} {reported.Length}");
        Assert.InRange(reported.Length, 5, 20_000 / (int)ErrorSignals.Gap + 1);
        for (int i = 1; i < reported.Length; i++) Assert.True(reported[i] - reported[i - 1] >= ErrorSignals.Gap);
    }

    [Theory]
    [InlineData(5000, true)]
    [InlineData(24, false)]
    public void Mixture_Confirmed_OneThatHealsIsNotReportedAndTheAnswerDoesNotWait(int length, bool expected)
    {
        ErrorSignals signals = new(new LifecycleOptions { ConfirmDrift = 100 }, 1);
        List<PoolEvent> events = [];
        int answered = Feed(signals, events, 10_000, t => t >= 5000 && t < 5000 + length ? 0.7 : 0.05);

        Assert.InRange(answered, 1, 100);
        Assert.Equal(expected, Drifts(events).Length > 0);
        if (expected) Assert.InRange(Drifts(events)[0].Learned, 5100, 5300);
    }

    [Fact]
    public void Mixture_SavedWhileADriftWaits_IsConfirmedAfterwards()
    {
        LifecycleOptions options = new() { ConfirmDrift = 100 };
        ErrorSignals first = new(options, 1), second = new(options, 1);
        List<PoolEvent> events = [];
        SeededRandom random = new(1);
        int t = 0;
        while (first.Mixture(random.NextDouble() < (t < 5000 ? 0.05 : 0.7), new Moment(t, 0, events)) != DriftSignal.Drift) t++;
        Assert.Empty(Drifts(events));
        using MemoryStream bytes = new();
        first.Save(new StateWriter(bytes));
        bytes.Position = 0;
        second.Load(new StateReader(bytes));
        for (int i = 1; i <= 100; i++) second.Mixture(random.NextDouble() < 0.7, new Moment(t + i, 0, events));
        Assert.Equal(t + 100, Assert.Single(Drifts(events)).Learned);
    }

    [Theory]
    [InlineData(0.1, false, true)]
    [InlineData(0.3, false, false)]
    [InlineData(0.1, true, false)]
    [InlineData(1.1, false, false)] // wrong every time
    public void Virtual_SavedAtEveryInstance_OnlyWhenTheMixtureErrsNoMoreAndDidNotDrift(double error, bool drift, bool expected)
    {
        VirtualDriftWatch watch = new();
        List<PoolEvent> events = [];
        SeededRandom random = new(1);
        watch.Open("input:x", "kolmogorov-smirnov", 1e-9, 0.1);
        for (int t = 0; t < 2 * VirtualDriftWatch.Length; t++)
        {
            watch.Add(random.NextDouble() < error, drift && t == 400, new Moment(t, 0, events));
            using MemoryStream bytes = new();
            watch.Save(new StateWriter(bytes));
            bytes.Position = 0;
            watch = new();
            watch.Load(new StateReader(bytes));
        }
        Assert.Equal(expected, events.Count == 1);
        if (!expected) return;
        PoolEvent found = events[0];
        Assert.Equal((PoolEventKind.VirtualDrift, "input:x", "kolmogorov-smirnov", -1, 999), (found.Kind, found.Source, found.Detector, found.Expert, found.Learned));
    }

    [Fact]
    public void Adaptive_InputsMoveAndTheRuleStays_IsAVirtualDriftAndNoDrift()
    {
        Schema schema = new("shift", [SchemaAttribute.Numeric("x"), SchemaAttribute.Numeric("y")], SchemaAttribute.Nominal("class", ["no", "yes"]));
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Create("adaptive", []).Create(schema, 1, work);
        JavaRandom random = new(1);
        InstanceBlock block = new(2, 500);
        Predictions answers = new(500);
        List<PoolEvent> events = [];
        for (int start = 0; start < 20_000; start += 500)
        {
            block.Clear();
            for (int r = 0; r < 500; r++)
            {
                double x = random.NextDouble(), y = random.NextDouble() * (start < 10_000 ? 1 : 0.5);
                block.Add([x, y], (x > 0.5) ^ (random.NextDouble() < 0.05) ? 1 : 0);
            }
            learner.Process(block, answers);
            events.AddRange(answers.Events);
        }

        Assert.Contains(events, e => e is { Kind: PoolEventKind.VirtualDrift, Source: "input:y" });
        Assert.DoesNotContain(events, e => e is { Kind: PoolEventKind.Drift, Source: "mixture" });
    }

    [Fact]
    public void Names_AreThoseOfTheRecords()
    {
        Assert.Equal("virtual-drift", PoolEventKind.VirtualDrift.NameOf());
        foreach (PoolEventKind kind in Enum.GetValues<PoolEventKind>())
        {
            Assert.True(PoolEventKinds.TryParse(kind.NameOf(), out PoolEventKind found));
            Assert.Equal(kind, found);
        }
        Assert.False(PoolEventKinds.TryParse("schema", out _));
        Assert.Equal([PoolEventKind.Warning, PoolEventKind.Drift, PoolEventKind.VirtualDrift], Enum.GetValues<PoolEventKind>().Where(k => k.SignalName() is not null));
    }

    private static PoolEvent[] Drifts(List<PoolEvent> events) => [.. events.Where(e => e.Kind == PoolEventKind.Drift)];

    private static int Feed(ErrorSignals signals, List<PoolEvent> events, int rows, Func<int, double> error)
    {
        SeededRandom random = new(1);
        int answered = 0;
        for (int t = 0; t < rows; t++)
            if (signals.Mixture(random.NextDouble() < error(t), new Moment(t, 0, events)) == DriftSignal.Drift) answered++;
        return answered;
    }
}
