using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>Scripted streams in which each decision must, or must not, happen.</summary>
public sealed class LifecycleTests
{
    private static readonly string[] s_quick = ["lifecycle.evidence=2000", "lifecycle.trial=1000", "lifecycle.tryEvery=1000000", "lifecycle.leastRunning=1"];

    private const string Alternating = "led-drift:numberAttributesDrift=1 @8000/1 led-drift:numberAttributesDrift=7 @16000/1 "
        + "led-drift:numberAttributesDrift=1 @24000/1 led-drift:numberAttributesDrift=7 @32000/1 led-drift:numberAttributesDrift=1";

    [Fact]
    public void Decide_ExpertWithoutValue_IsPrunedAndTheUsefulOneStays()
    {
        Outcome run = Run("led", 12_000, ["pool=no-change forgetting-bayes", .. s_quick]);

        PoolEvent pruned = Assert.Single(run.Of(PoolEventKind.Prune));
        Assert.Equal("no-change", pruned.Source);
        Assert.True(pruned.Evidence.Single(e => e.Key == "value").Value < 0.001);
        Assert.Equal(1, run.Learner.ExpertCount);
        Assert.True(run.AccuracyOver(6_000, 12_000) > 0.70);
    }

    [Fact]
    public void Decide_TwoEqualExperts_AreMerged()
    {
        Outcome run = Run("sea", 12_000, ["pool=hoeffding-tree hoeffding-tree", .. s_quick, "lifecycle.evidence=5000"]);

        PoolEvent merged = Assert.Single(run.Of(PoolEventKind.Merge));
        Assert.Equal(1, merged.Evidence.Single(e => e.Key == "agreement").Value);
        Assert.Equal(1, run.Learner.ExpertCount);
        Assert.Empty(run.Of(PoolEventKind.Prune));
    }

    [Fact]
    public void Decide_Disabled_EverybodyRunsForEver()
    {
        Outcome run = Run("led", 12_000, ["pool=no-change forgetting-bayes", "lifecycle.enabled=false"]);

        Assert.All(run.Events, e => Assert.True(e.Kind is PoolEventKind.Drift or PoolEventKind.Warning, $"{e.Kind}"));
        Assert.Equal(2, run.Learner.ExpertCount);
    }

    [Fact]
    public void Decide_Drift_ParkedExpertsAreTriedAndJudged()
    {
        Outcome run = Run("agrawal:function=1 @12000/1 agrawal:function=4", 32_000, ["pool=no-change majority hoeffding-tree drifting-tree", .. s_quick]);

        PoolEvent drift = run.Of(PoolEventKind.Drift).First(e => e.Learned >= 12_000);
        Assert.InRange(drift.Learned, 12_000, 12_600);
        PoolEvent[] spawned = [.. run.Of(PoolEventKind.Spawn).Where(e => e.Learned < 20_000)];
        Assert.NotEmpty(spawned);
        Assert.All(spawned, e => Assert.True(e.Learned >= drift.Learned, "tried before the drift"));
        // Each is promoted at the end of its trial, or dropped then or a little later, one at a time.
        Assert.All(spawned, e => Assert.Contains(run.Events, end => end.Source == e.Source
            && end.Kind is PoolEventKind.Promote or PoolEventKind.Drop && end.Learned >= e.Learned + 1_000));
        Assert.Contains(run.Of(PoolEventKind.Drop), e => e.Source is "no-change" or "majority");
    }

    [Fact]
    public void Decide_QuietStream_NextParkedExpertIsTriedInTurn()
    {
        Outcome run = Run("led", 29_000, ["pool=no-change majority forgetting-bayes", "lifecycle.evidence=2000", "lifecycle.trial=1000", "lifecycle.tryEvery=5000", "lifecycle.leastRunning=1"]);

        string[] tried = [.. run.Of(PoolEventKind.Spawn).Where(e => e.Evidence.Any(x => x.Key == "stagnation")).Select(e => e.Source)];
        Assert.Contains("no-change", tried);
        Assert.Contains("majority", tried);
        Assert.Equal(1, run.Learner.ExpertCount);
    }

    [Fact]
    public void Decide_FruitlessTrials_BecomeRarer()
    {
        string[] settings = ["pool=no-change forgetting-bayes", "stackerRate=0.0005", "lifecycle.evidence=2000", "lifecycle.trial=500", "lifecycle.tryEvery=1000", "lifecycle.leastRunning=1"];
        long[] patient = Trials(settings), eager = Trials([.. settings, "lifecycle.backOff=0"]);

        Assert.InRange(patient.Length, 3, 6);
        Assert.True(eager.Length > 3 * patient.Length, $"{eager.Length} against {patient.Length}");
        Assert.True(patient[^1] - patient[^2] > 1.5 * (patient[^2] - patient[^3]), string.Join(' ', patient));

        static long[] Trials(string[] settings) => [.. Run("led", 40_000, settings).Of(PoolEventKind.Spawn).Select(e => e.Learned)];
    }

    [Fact]
    public void Decide_PoolLacksAKind_TheReserveHasIt()
    {
        string[] settings = ["pool=no-change majority", .. s_quick, "lifecycle.tryEvery=1000"];
        Outcome with = Run("led", 12_000, [.. settings, "lifecycle.reserve=majority forgetting-bayes"]), without = Run("led", 12_000, settings);

        Assert.Contains(with.Of(PoolEventKind.Promote), e => e.Source == "forgetting-bayes" && e.Learned <= 4_000);
        Assert.True(with.AccuracyOver(6_000, 12_000) > 0.70);
        Assert.True(without.AccuracyOver(6_000, 12_000) < 0.20);
    }

    [Fact]
    public void Decide_ReserveOfNoUse_IsDroppedAndTakesNoRoom()
    {
        string[] settings = ["pool=forgetting-bayes", .. s_quick, "lifecycle.trial=500"];
        Outcome never = Run("led", 5_000, [.. settings, "lifecycle.reserve=no-change"]);
        Outcome tried = Run("led", 5_000, [.. settings, "lifecycle.reserve=no-change", "lifecycle.tryEvery=2000"]);

        Assert.Equal("no-change", tried.Of(PoolEventKind.Drop).First().Source);
        Assert.Empty(never.Of(PoolEventKind.Spawn));
        Assert.Equal(never.Learner.ByteSize, tried.Learner.ByteSize);
    }

    [Fact]
    public void Decide_DriftStorm_RefractoryPeriodBoundsTheChurn()
    {
        string storm = "sine:function=1" + string.Concat(Enumerable.Range(1, 39).Select(i => $" @{i * 500}/1 sine:function={1 + i % 2}"));

        Outcome run = Run(storm, 20_000, ["pool=no-change majority hoeffding-tree drifting-tree", "lifecycle.evidence=400", "lifecycle.trial=400",
            "lifecycle.leastRunning=1", "lifecycle.refractory=5000"]);

        Assert.True(run.Of(PoolEventKind.Drift).Count() > 10, "the storm was not noticed");
        Assert.InRange(run.Of(PoolEventKind.Spawn).Select(e => e.Learned).Distinct().Count(), 1, 4);
    }

    [Fact]
    public void Decide_RecurringConcept_IsRevivedAndRecoversFaster()
    {
        Outcome with = Run(Alternating, 36_000, []);
        Outcome without = Run(Alternating, 36_000, ["lifecycle.archive=0"]);

        Assert.NotEmpty(with.Of(PoolEventKind.Revive));
        Assert.Empty(without.Of(PoolEventKind.Revive));
        Assert.All(with.Of(PoolEventKind.Revive), e => Assert.True(e.Learned > 16_000, "a concept was revived before it came back"));
        double gained = RecoveryAccuracy(with) - RecoveryAccuracy(without);
        Assert.True(gained > 0.01, $"only {gained:P2} won in the 1,000 instances behind the returns");

        static double RecoveryAccuracy(Outcome run) => new[] { 16_000, 24_000, 32_000 }.Average(at => run.AccuracyOver(at + 200, at + 1_200));
    }

    [Fact]
    public void Decide_NewConceptOnly_RevivesNothing()
    {
        Outcome run = Run("agrawal:function=1 @6000/1 agrawal:function=7", 9_000, []);

        Assert.NotEmpty(run.Of(PoolEventKind.Drift));
        Assert.Empty(run.Of(PoolEventKind.Revive));
    }

    [Fact]
    public void Events_OfDecisions_CarryFigures()
    {
        Outcome run = Run(Alternating, 36_000, []);

        Assert.All(run.Events, e => Assert.NotEmpty(e.Evidence));
        Assert.All(run.Events, e => Assert.All(e.Evidence, x => Assert.True(double.IsFinite(x.Value), $"{e.Kind} {x.Key}")));
        Assert.All(run.Events.Zip(run.Events.Skip(1)), pair => Assert.True(pair.First.Learned <= pair.Second.Learned));
    }

    private static Outcome Run(string text, int instances, string[] settings)
    {
        using InstanceStream stream = StreamCatalogue.Open(text, 2);
        using WorkRunner work = new(2);
        ILearner learner = PresetCatalogue.Create("adaptive", settings.Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1])))
            .Create(stream.Schema, 2, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, 1000);
        Predictions predictions = new(1000);
        List<PoolEvent> events = [];
        bool[] right = new bool[instances];
        for (int position = 0; position < instances; position += block.Count)
        {
            block.Clear();
            stream.Fill(block);
            learner.Process(block, predictions);
            events.AddRange(predictions.Events);
            for (int r = 0; r < block.Count; r++) right[position + r] = predictions.Classes[r] == block.Labels[r];
        }
        return new Outcome(learner, events, right);
    }

    private sealed record Outcome(ILearner Learner, List<PoolEvent> Events, bool[] Right)
    {
        public IEnumerable<PoolEvent> Of(PoolEventKind kind) => Events.Where(e => e.Kind == kind);

        public double AccuracyOver(int from, int to) => Right[from..to].Count(r => r) / (double)(to - from);
    }
}
