using FsCheck;
using FsCheck.Fluent;
using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>Random scripts of how right each expert is, under random options: whatever happens, the rules hold.</summary>
public sealed class LifecyclePropertyTests
{
    private const int Experts = 6;

    private static readonly Dictionary<(SlotState, PoolEventKind), SlotState> s_table = new()
    {
        [(SlotState.Parked, PoolEventKind.Background)] = SlotState.Background,
        [(SlotState.Parked, PoolEventKind.Spawn)] = SlotState.Trial,
        [(SlotState.Background, PoolEventKind.Spawn)] = SlotState.Trial,
        [(SlotState.Background, PoolEventKind.Drop)] = SlotState.Parked,
        [(SlotState.Trial, PoolEventKind.Promote)] = SlotState.Active,
        [(SlotState.Trial, PoolEventKind.Drop)] = SlotState.Parked,
        [(SlotState.Active, PoolEventKind.Prune)] = SlotState.Parked,
        [(SlotState.Active, PoolEventKind.Merge)] = SlotState.Parked,
        [(SlotState.Active, PoolEventKind.Shadow)] = SlotState.Shadow,
        [(SlotState.Shadow, PoolEventKind.Merge)] = SlotState.Parked,
        [(SlotState.Shadow, PoolEventKind.Restore)] = SlotState.Active,
    };

    /// <summary>A copier says what the first expert says, in most segments.</summary>
    private static Gen<Segment> Segments(bool[] copies) =>
        from rows in Gen.Choose(100, 2500)
        from accuracies in Gen.Elements(0.1, 0.3, 0.5, 0.8, 0.8, 0.95).ArrayOf(Experts)
        from independent in Gen.Frequency((1, Gen.Constant(true)), (6, Gen.Constant(false))).ArrayOf(Experts)
        from labelled in Gen.Frequency((1, Gen.Constant(false)), (4, Gen.Constant(true)))
        select new Segment(rows, [0.8, .. Enumerable.Range(1, Experts - 1).Select(e => copies[e] && !independent[e] ? -1 : accuracies[e])], labelled);

    private static readonly Gen<LifecycleOptions> Options =
        from interval in Gen.Elements(50, 100)
        from refractory in Gen.Elements(0, 300, 1000)
        from leastRunning in Gen.Choose(1, 3)
        from shadow in Gen.Elements(0, 150, 400)
        from archive in Gen.Choose(0, 2)
        from background in Gen.Elements(true, false)
        from reserveTrials in Gen.Choose(1, 2)
        from backOff in Gen.Elements(0, 3)
        from evidence in Gen.Elements(400, 4500)
        select new LifecycleOptions
        {
            Interval = interval, ReactEvery = 50, Evidence = evidence, Trial = 400, TryEvery = 1000, Refractory = refractory, LeastRunning = leastRunning,
            Shadow = shadow, Archive = archive, Background = background, ReserveTrials = reserveTrials, BackOff = backOff, DriftDelta = 0.01, WarningDelta = 0.2,
        };

    private static readonly Arbitrary<Script> Scripts =
        (from copies in Gen.Elements(true, false).ArrayOf(Experts)
         from segments in Segments(copies).ArrayOf(7)
         from options in Options
         from reserve in Gen.Choose(0, 2)
         from seed in Gen.Choose(1, 1000)
         select new Script(segments, options, reserve, seed)).ToArbitrary();

    private static readonly Config s_few = Config.QuickThrowOnFailure.WithMaxTest(30);

    [Fact]
    public void Lifecycle_AnyScript_KeepsItsRules() => Check.One(s_few, Prop.ForAll(Scripts, script =>
    {
        using ScriptedPool pool = new(Experts, script.Reserve, script.Options);
        Rules rules = new(pool, script);
        pool.AfterBlock = rules.Check;
        script.Feed(pool, 0, script.Segments.Length);
    }));

    [Fact]
    public void Lifecycle_SavedAndLoadedAnywhere_HasTheSameFuture() => Check.One(s_few, Prop.ForAll(Scripts, Gen.Choose(0, 7).ToArbitrary(), (script, cut) =>
    {
        using ScriptedPool whole = new(Experts, script.Reserve, script.Options), first = new(Experts, script.Reserve, script.Options), second = new(Experts, script.Reserve, script.Options);
        script.Feed(whole, 0, script.Segments.Length);
        script.Feed(first, 0, cut);

        second.Load(first.Save());
        script.Feed(second, cut, script.Segments.Length);

        Assert.Equal(whole.Predicted, first.Predicted.Concat(second.Predicted));
        Assert.Equal(whole.Events.Select(e => (e.Kind, e.Learned, e.Expert, e.Source, e.Detector)), first.Events.Concat(second.Events).Select(e => (e.Kind, e.Learned, e.Expert, e.Source, e.Detector)));
        Assert.Equal(whole.Save(), second.Save());
    }));

    [Fact]
    public void Scripts_ReachEveryChangeOfState()
    {
        HashSet<PoolEventKind> wanted = [.. s_table.Keys.Select(k => k.Item2)];
        for (int round = 0; round < 10 && wanted.Count > 0; round++)
            foreach (Script script in Gen.Sample(Scripts.Generator, 40))
            {
                using ScriptedPool pool = new(Experts, script.Reserve, script.Options);
                script.Feed(pool, 0, script.Segments.Length);
                wanted.ExceptWith(pool.Events.Select(e => e.Kind));
            }

        Assert.Empty(wanted);
    }

    /// <summary>How right each expert is for some rows; −1 = it says what the first one says.</summary>
    private sealed record Segment(int Rows, double[] Accuracies, bool Labelled)
    {
        public override string ToString() => $"{Rows}{(Labelled ? "" : " without labels")}: {string.Join(' ', Accuracies)}";
    }

    private sealed record Script(Segment[] Segments, LifecycleOptions Options, int Reserve, int Seed)
    {
        public void Feed(ScriptedPool pool, int from, int to)
        {
            for (int s = from; s < to; s++)
                pool.Feed(Segments[s].Rows, new SeededRandom((ulong)(Seed + 1000 * s)), Segments[s].Accuracies, Segments[s].Labelled);
        }

        public override string ToString() => $"seed {Seed}, reserve {Reserve}, {Options}, {string.Join("; ", Segments.AsEnumerable())}";
    }

    /// <summary>Follows the events with a table of its own, and compares.</summary>
    private sealed class Rules
    {
        private readonly ScriptedPool _pool;
        private readonly Script _script;
        private readonly SlotState[] _states = new SlotState[Experts];
        private readonly long[] _since = new long[Experts];
        private long _lastDriftAnswer = -1;

        public Rules(ScriptedPool pool, Script script)
        {
            (_pool, _script) = (pool, script);
            for (int e = Experts - script.Reserve; e < Experts; e++) _states[e] = SlotState.Parked;
        }

        public void Check(IReadOnlyList<PoolEvent> events)
        {
            foreach (PoolEvent happened in events) Follow(happened);
            for (int e = 0; e < Experts; e++) Assert.Equal(_states[e], _pool.StateOf(e));
            int heard = _states.Count(s => s is SlotState.Active or SlotState.Trial);
            Assert.Equal(heard, _pool.Learner.ExpertCount);
            Assert.InRange(heard, Math.Min(_script.Options.LeastRunning, Experts - _script.Reserve), Experts);
            Assert.InRange(_states.Count(s => s == SlotState.Shadow), 0, _script.Options.Shadow > 0 ? 1 : 0);
            Assert.InRange(_states.Skip(Experts - _script.Reserve).Count(s => s == SlotState.Trial), 0, _script.Options.ReserveTrials);
            Assert.InRange(_pool.Learner.Describe().Archived, 0, _script.Options.Archive);
        }

        private void Follow(PoolEvent happened)
        {
            int e = happened.Expert;
            switch (happened.Kind)
            {
                case PoolEventKind.Warning or PoolEventKind.Drift:
                    Assert.NotEmpty(happened.Detector);
                    return;
                case PoolEventKind.Revive:
                    return;
            }
            Assert.Empty(happened.Detector);
            Assert.True(s_table.TryGetValue((_states[e], happened.Kind), out SlotState next), $"{happened.Kind} of expert {e}, which was {_states[e]}");
            long age = happened.Learned - _since[e];
            LifecycleOptions options = _script.Options;
            if (_states[e] == SlotState.Trial) Assert.True(age >= options.Trial, $"a trial ended after {age}");
            if (_states[e] == SlotState.Active) Assert.True(age >= options.Evidence, $"{happened.Kind} after {age}");
            if (happened.Kind == PoolEventKind.Merge && _states[e] == SlotState.Shadow) Assert.True(age >= options.Shadow, $"merged after {age}");
            if (_states[e] == SlotState.Background && happened.Kind == PoolEventKind.Drop) Assert.True(age >= LifecycleOptions.BackgroundLength);
            if (happened.Kind == PoolEventKind.Spawn && happened.Evidence.Any(x => x.Key == "drift"))
            {
                if (_lastDriftAnswer >= 0 && happened.Learned != _lastDriftAnswer)
                    Assert.True(happened.Learned - _lastDriftAnswer >= options.Refractory, $"answered drifts at {_lastDriftAnswer} and {happened.Learned}");
                _lastDriftAnswer = happened.Learned;
            }
            (_states[e], _since[e]) = (next, happened.Learned);
        }
    }
}
