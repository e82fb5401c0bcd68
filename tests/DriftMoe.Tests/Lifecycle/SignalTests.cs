using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.Randomness;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>What is watched, what it reports, and what follows.</summary>
public sealed class SignalTests
{
    [Fact]
    public void Observe_OneExpertFails_IsReportedAndNothingElseHappens()
    {
        using ScriptedPool pool = new(3, 0, new LifecycleOptions { Evidence = 100_000 });
        SeededRandom random = new(1);
        pool.Feed(5000, random, [0.99, 0.9, 0.95]);
        Assert.DoesNotContain(pool.Of(PoolEventKind.Drift), e => e.Expert >= 0);

        pool.Feed(3000, random, [0.99, 0.4, 0.95]);

        PoolEvent drift = Assert.Single(pool.Of(PoolEventKind.Drift), e => e.Expert >= 0);
        Assert.Equal((1, "scripted-1", "hddm-a"), (drift.Expert, drift.Source, drift.Detector));
        Assert.InRange(drift.Learned, 5000, 5600);
        Assert.All(pool.Events, e => Assert.True(e.Kind is PoolEventKind.Warning or PoolEventKind.Drift));
        Assert.All(pool.Of(PoolEventKind.Warning), e => Assert.True(e.Expert is 1 || e.Source is "mixture" || e.Source.StartsWith("input:", StringComparison.Ordinal), e.Source));
    }

    [Fact]
    public void Observe_ExpertDetectorOff_ReportsNoExpert()
    {
        using ScriptedPool pool = new(3, 0, new LifecycleOptions { ExpertDetector = false });
        SeededRandom random = new(1);
        pool.Feed(5000, random, [0.99, 0.9, 0.95]);

        pool.Feed(3000, random, [0.99, 0.4, 0.95]);

        Assert.DoesNotContain(pool.Events, e => e.Kind is PoolEventKind.Drift or PoolEventKind.Warning && e.Expert >= 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Observe_WarningWithoutDrift_ParkedExpertLearnsInTheBackgroundIfWanted(bool background)
    {
        using ScriptedPool pool = new(3, 0, new LifecycleOptions
        {
            Evidence = 1000, LeastRunning = 1, DriftDelta = 1e-12, WarningDelta = 0.3, Background = background, TryEvery = 1_000_000,
        });
        SeededRandom random = new(2);
        pool.Feed(6000, random, [0.9, 0.9, 0.5]);
        Assert.Equal(SlotState.Parked, pool.StateOf(2));

        pool.Feed(2000, random, [0.82, 0.82, 0.5]);

        Assert.Contains(pool.Of(PoolEventKind.Warning), e => e.Source == "mixture" && e.Detector == "adwin");
        Assert.DoesNotContain(pool.Of(PoolEventKind.Drift), e => e.Source == "mixture");
        Assert.Empty(pool.Of(PoolEventKind.Spawn));
        Assert.Equal(background, pool.Of(PoolEventKind.Background).Any(e => e.Expert == 2));
        Assert.Equal(background, pool.Of(PoolEventKind.Drop).Any(e => e.Expert == 2));
    }

    [Fact]
    public void ObserveEvent_InputsChangeWhileNoLabelsCome_ParkedExpertsAreTriedWhenTheyCome()
    {
        Run run = new(["pool=no-change forgetting-bayes", "stackerRate=0.0005", "lifecycle.evidence=2000", "lifecycle.leastRunning=1", "lifecycle.tryEvery=1000000", "lifecycle.driftDelta=1e-300"]);
        run.Feed("led-drift:numberAttributesDrift=1", 6000, labelled: true);
        Assert.Equal(1, run.Learner.ExpertCount);
        Assert.DoesNotContain(run.Events, e => e.Kind == PoolEventKind.Spawn);

        run.Feed("led-drift:numberAttributesDrift=7", 6000, labelled: false);
        PoolEvent[] silent = [.. run.Events.Where(e => e.Learned == 6000 && e.Kind == PoolEventKind.Warning)];
        Assert.Contains(silent, e => e is { Detector: "chi-square", Expert: -1 } && e.Source.StartsWith("input:att", StringComparison.Ordinal));
        Assert.Contains(silent, e => e is { Source: "confidence", Detector: "hddm-a" });
        Assert.DoesNotContain(run.Events, e => e.Kind == PoolEventKind.Spawn);

        run.Feed("led-drift:numberAttributesDrift=7", 100, labelled: true);
        PoolEvent spawned = Assert.Single(run.Events, e => e.Kind == PoolEventKind.Spawn);
        Assert.Equal(6100, spawned.Learned);
        Assert.Contains(spawned.Evidence, x => x.Key == "input");
    }

    [Fact]
    public void ObserveEvent_InputsChangeWhileLabelsCome_NobodyIsTriedForThat()
    {
        Run run = new(["pool=majority forgetting-bayes", "lifecycle.evidence=2000", "lifecycle.leastRunning=1", "lifecycle.tryEvery=1000000", "lifecycle.driftDelta=1e-300"]);
        run.Feed("led-drift:numberAttributesDrift=1", 6000, labelled: true);

        run.Feed("led-drift:numberAttributesDrift=7", 6000, labelled: true);

        Assert.Contains(run.Events, e => e.Source.StartsWith("input:", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Events, e => e.Kind == PoolEventKind.Spawn);
    }

    [Fact]
    public void ObserveEvent_LateLabels_EveryEventIsSeenOnce()
    {
        string[] inputs = [.. new[] { false, true }.Select(late =>
        {
            Run run = new(["lifecycle.confidenceDetector=false"]);
            run.Feed("led-drift:numberAttributesDrift=1", 5000, labelled: !late, late);
            run.Feed("led-drift:numberAttributesDrift=7", 5000, labelled: !late, late);
            return string.Join(' ', run.Events.Where(e => e.Kind == PoolEventKind.Warning && e.Source.StartsWith("input:", StringComparison.Ordinal)).Select(e => $"{e.Source}={e.Evidence[0].Value}"));
        })];

        Assert.NotEmpty(inputs[0]);
        Assert.Equal(inputs[0], inputs[1]);
    }

    [Fact]
    public void InputSignals_OneOfFiveHundredAttributesMoves_IsNamedAlone()
    {
        Schema schema = new("wide", Enumerable.Range(0, 500).Select(i => SchemaAttribute.Numeric($"a{i}")), SchemaAttribute.Nominal("class", ["no", "yes"]));
        InputSignals signals = new(new LifecycleOptions(), schema);
        SeededRandom random = new(5);
        double[] features = new double[500];
        List<PoolEvent> events = [];
        for (int t = 0; t < 80_000; t++)
        {
            for (int a = 0; t % InputSignals.SampleEvery == 0 && a < 500; a++) features[a] = random.NextDouble() + (a == 321 && t >= 40_000 ? 0.5 : 0);
            bool drifted = signals.Observe(features, [0.9f, 0.1f], new Moment(t, 0, events));
            Assert.True(t >= 40_000 || !drifted);
        }

        Assert.All(events, e => Assert.Equal(("input:a321", "kolmogorov-smirnov"), (e.Source, e.Detector)));
        Assert.NotEmpty(events);
    }

    [Fact]
    public void InputSignals_InputsThatNeverRest_AreReportedSeldom()
    {
        Schema schema = new("restless", [SchemaAttribute.Numeric("a")], SchemaAttribute.Nominal("class", ["no", "yes"]));
        InputSignals signals = new(new LifecycleOptions(), schema);
        List<PoolEvent> events = [];
        for (int t = 0; t < 100_000; t++) signals.Observe([t], [0.9f, 0.1f], new Moment(t, 0, events));

        Assert.InRange(events.Count, 10, 100_000 / InputSignals.Gap);
    }

    private sealed class Run(string[] settings)
    {
        private readonly WorkRunner _work = new(1);
        private ILearner? _learner;

        public ILearner Learner => _learner!;

        public List<PoolEvent> Events { get; } = [];

        public void Feed(string text, int rows, bool labelled, bool late = false)
        {
            using InstanceStream stream = StreamCatalogue.Open(text, 2);
            _learner ??= PresetCatalogue.Create("adaptive", settings.Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]))).Create(stream.Schema, 2, _work);
            InstanceBlock drawn = new(stream.Schema.AttributeCount, 100);
            int length = _learner.ContextLength;
            InstanceBlock block = new(stream.Schema.AttributeCount, 200, length);
            Predictions predictions = new(200, length);
            double[] contexts = new double[100 * length];
            for (int done = 0; done < rows; done += 100)
            {
                drawn.Clear();
                stream.Fill(drawn);
                block.Clear();
                for (int r = 0; r < 100; r++) block.Add(drawn.Row(r), labelled ? drawn.Labels[r] : InstanceBlock.NoLabel);
                _learner.Process(block, predictions);
                Events.AddRange(predictions.Events);
                if (!late) continue;
                predictions.Contexts[..contexts.Length].CopyTo(contexts);
                block.Clear();
                for (int r = 0; r < 100; r++) block.AddLate(drawn.Row(r), drawn.Labels[r], contexts.AsSpan(r * length, length));
                _learner.Process(block, predictions);
                Events.AddRange(predictions.Events);
            }
        }
    }
}
