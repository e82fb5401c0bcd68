using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>Merges on probation: what is parked, what gets its weight back, and that nobody else notices.</summary>
public sealed class MergeTests
{
    private const double Same = -1;
    private static readonly bool[] s_all = [true, true, true, true];

    private static readonly LifecycleOptions s_quick = new() { Evidence = 4500, Shadow = 2000, LeastRunning = 1, TryEvery = 1_000_000 };

    [Fact]
    public void Decide_TwinsThatGoOnAgreeing_AreMergedBehindTheShadow()
    {
        using ScriptedPool pool = new(3, 0, s_quick);

        pool.Feed(12_000, new SeededRandom(1), [0.6, Same, 0.55]);

        PoolEvent shadow = Assert.Single(pool.Of(PoolEventKind.Shadow)), merge = Assert.Single(pool.Of(PoolEventKind.Merge));
        Assert.Equal(shadow.Expert, merge.Expert);
        Assert.Equal(shadow.Learned + 2000, merge.Learned);
        Assert.Equal(SlotState.Parked, pool.StateOf(merge.Expert));
        Assert.Empty(pool.Of(PoolEventKind.Restore));
    }

    [Fact]
    public void Decide_TwinsThatPartInTheShadow_GetTheirSayBack()
    {
        using ScriptedPool pool = new(3, 0, s_quick);
        SeededRandom random = new(1);
        FeedUntilShadow(pool, random, [0.6, Same, 0.55]);
        int shadow = pool.Of(PoolEventKind.Shadow).Single().Expert;
        Assert.Equal(2, pool.Learner.ExpertCount);

        pool.Feed(2500, random, [0.6, 0.6, 0.55]);

        Assert.Equal(shadow, Assert.Single(pool.Of(PoolEventKind.Restore)).Expert);
        Assert.Empty(pool.Of(PoolEventKind.Merge));
        Assert.Equal(3, pool.Learner.ExpertCount);
    }

    [Theory]
    [InlineData(-1, PoolEventKind.Restore)]
    [InlineData(0.001, PoolEventKind.Merge)]
    public void Decide_ShadowThatIsWorthTheThreshold_GetsItsSayBack(double threshold, PoolEventKind expected)
    {
        using ScriptedPool pool = new(3, 0, s_quick with { ParkBelow = threshold });
        SeededRandom random = new(1);
        FeedUntilShadow(pool, random, [0.6, Same, 0.55]);

        pool.Feed(2100, random, [0.6, Same, 0.55]);

        PoolEvent end = Assert.Single(pool.Events, e => e.Kind is PoolEventKind.Restore or PoolEventKind.Merge);
        Assert.Equal(expected, end.Kind);
        Assert.Equal(pool.Of(PoolEventKind.Shadow).First().Learned + 2000, end.Learned);
    }

    [Fact]
    public void Decide_DriftInTheShadow_GivesTheSayBack()
    {
        using ScriptedPool pool = new(3, 0, s_quick);
        SeededRandom random = new(1);
        FeedUntilShadow(pool, random, [0.6, Same, 0.55]);

        pool.Feed(800, random, [0.2, Same, 0.2]);

        Assert.True(Assert.Single(pool.Of(PoolEventKind.Restore)).Learned < pool.Of(PoolEventKind.Shadow).Single().Learned + 1000);
        Assert.Contains(pool.Of(PoolEventKind.Drift), e => e.Source == "mixture");
    }

    [Fact]
    public void MoveSay_ThereAndBack_MovesNoOtherGateByABit()
    {
        GateOptions options = new AdaptiveOptions().Gate;
        MixtureGate gate = new(options, 2, s_all, 2, 1), other = new(options, 2, s_all, 2, 1);
        Opinions opinions = new();
        SeededRandom random = new(3);
        for (int t = 0; t < 400; t++) Learn(gate, other, opinions, random);

        MovedWeights moved = gate.MoveWeights(1, 2);
        float[] raised = GateRatios(gate, opinions), before = GateRatios(other, opinions);
        gate.ReturnWeights(1, 2, moved);
        float[] back = GateRatios(gate, opinions);

        Assert.InRange(moved.Share, 0.01f, 0.99f);
        Assert.True(raised[2] > before[2]);
        // Expert 0 against expert 3: neither gave nor took.
        Assert.Equal(BitConverter.SingleToInt32Bits(before[0]), BitConverter.SingleToInt32Bits(raised[0]));
        Assert.Equal(BitConverter.SingleToInt32Bits(before[0]), BitConverter.SingleToInt32Bits(back[0]));
        Assert.Equal(before[2], back[2], 1e-4f);
    }

    [Fact]
    public void ProbabilityReturned_ShadowIsRightWhereItsTwinIsWrong_IsHigher()
    {
        bool[] heard = [.. s_all];
        MixtureGate gate = new(new AdaptiveOptions().Gate, 2, heard, 2, 1);
        Opinions opinions = new(), unheard = new();
        SeededRandom random = new(3);
        for (int t = 0; t < 400; t++) Learn(gate, gate, opinions, random);
        MovedWeights moved = gate.MoveWeights(1, 2);
        heard[1] = false;
        unheard.Fit(1, 4, 2);
        opinions.PutNothing(0, 1);
        foreach (int e in (int[])[0, 2, 3]) opinions.Put(0, e, [0.8, 0.2]);
        float now = gate.Combine([0.3, 1], opinions, 0)[1];

        unheard.Put(0, 1, [0.8, 0.2]);
        gate.Records.Start(1, gate.Records.Slow[2]);
        float same = gate.ProbabilityReturned(1, [2], [moved], 1, opinions, unheard, 0);
        unheard.Put(0, 1, [0.2, 0.8]);
        float higher = gate.ProbabilityReturned(1, [2], [moved], 1, opinions, unheard, 0);

        Assert.Equal(now, same, 1e-5f);
        Assert.True(higher > now + 0.01f, $"{higher} against {now}, moved {moved}");
    }

    [Fact]
    public void Stacker_MoveAndReturn_ChangeTheTwoExpertsAlone()
    {
        Stacker stacker = new(3, 2, 0.01);
        float[] logs = [-0.2f, -1.7f, -0.4f, -1.1f, -2f, -0.1f];
        int[] classes = [0, 0, 1];
        float[] accuracy = [0.8f, 0.7f, 0.9f];
        for (int t = 0; t < 50; t++)
        {
            stacker.Predict(logs, classes, accuracy, [true, true, true]);
            stacker.Train(t % 3 == 0 ? 1 : 0, logs, classes);
        }
        float alone = OnlyThird();

        (float weight, float vote) = stacker.Move(0, 1);
        float moved = OnlyThird();
        stacker.Return(1, 0, weight, vote);

        Assert.NotEqual(0, weight);
        Assert.Equal(BitConverter.SingleToInt32Bits(alone), BitConverter.SingleToInt32Bits(moved));
        Assert.Equal(BitConverter.SingleToInt32Bits(alone), BitConverter.SingleToInt32Bits(OnlyThird()));

        float OnlyThird() => stacker.Predict([0, 0, 0, 0, -2f, -0.1f], classes, accuracy, [false, false, true])[1];
    }

    private static void FeedUntilShadow(ScriptedPool pool, SeededRandom random, double[] accuracies)
    {
        for (int rows = 0; rows < 20_000 && !pool.Of(PoolEventKind.Shadow).Any(); rows += 50) pool.Feed(50, random, accuracies);
        Assert.Single(pool.Of(PoolEventKind.Shadow));
    }

    private static void Learn(MixtureGate gate, MixtureGate other, Opinions opinions, SeededRandom random)
    {
        opinions.Fit(1, 4, 2);
        int label = random.NextDouble() < 0.5 ? 1 : 0;
        for (int e = 0; e < 4; e++)
        {
            int says = random.NextDouble() < 0.6 + 0.1 * e ? label : 1 - label;
            opinions.Put(0, e, says == 1 ? [0.2, 0.8] : [0.8, 0.2]);
        }
        foreach (MixtureGate each in (MixtureGate[])[gate, other])
        {
            each.Combine([0.3, 1], opinions, 0);
            each.Learn(label, opinions, 0);
        }
    }

    /// <summary>The gates of experts 0 to 2 against that of expert 3, which takes no part in the merge; the same bits whatever the others' sum is.</summary>
    private static float[] GateRatios(MixtureGate gate, Opinions opinions)
    {
        gate.Combine([0.3, 1], opinions, 0);
        return [.. Enumerable.Range(0, 3).Select(e => MathF.Round(gate.Gates[e] / gate.Gates[3], 4))];
    }
}
