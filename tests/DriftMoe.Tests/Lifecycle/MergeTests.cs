using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>Merges on probation: what is parked, what gets its say back, and that nobody else notices.</summary>
public sealed class MergeTests
{
    private const double Same = -1;

    private static readonly LifecycleOptions s_quick = new() { Evidence = 4500, Shadow = 2000, LeastRunning = 1, TryEvery = 1_000_000, ParkBelow = -1 };

    [Fact]
    public void Decide_TwinsThatGoOnAgreeing_AreMergedBehindTheShadow()
    {
        using ScriptedPool pool = new(3, 0, s_quick);

        pool.Feed(9000, new SeededRandom(1), [0.85, Same, 0.8]);

        PoolEvent shadow = Assert.Single(pool.Of(PoolEventKind.Shadow)), merge = Assert.Single(pool.Of(PoolEventKind.Merge));
        Assert.Equal(shadow.Expert, merge.Expert);
        Assert.Equal(shadow.Learned + 2000, merge.Learned);
        Assert.Equal(LaneState.Parked, pool.StateOf(merge.Expert));
        Assert.Empty(pool.Of(PoolEventKind.Restore));
    }

    [Fact]
    public void Decide_TwinsThatPartInTheShadow_GetTheirSayBack()
    {
        using ScriptedPool pool = new(3, 0, s_quick);
        SeededRandom random = new(1);
        while (!pool.Of(PoolEventKind.Shadow).Any()) pool.Feed(50, random, [0.85, Same, 0.8]);
        int shadow = pool.Of(PoolEventKind.Shadow).Single().Expert;
        Assert.Equal(2, pool.Learner.ExpertCount);

        pool.Feed(2500, random, [0.85, 0.85, 0.8]);

        Assert.Equal(shadow, Assert.Single(pool.Of(PoolEventKind.Restore)).Expert);
        Assert.Empty(pool.Of(PoolEventKind.Merge));
        Assert.Equal(3, pool.Learner.ExpertCount);
    }

    [Fact]
    public void Decide_ShadowThatWouldLowerTheLoss_GetsItsSayBack()
    {
        // The twins agree on 96 of 100 instances as before, but where they do not, the shadow is always right.
        using ScriptedPool pool = new(2, 0, s_quick with { ParkBelow = 0.001 });
        using ScriptedPool control = new(2, 0, s_quick with { ParkBelow = 1 });
        foreach (ScriptedPool each in (ScriptedPool[])[pool, control])
        {
            SeededRandom random = new(1);
            while (!each.Of(PoolEventKind.Shadow).Any()) each.Feed(50, random, [0.96, Same]);
            double[] better = each.Of(PoolEventKind.Shadow).Single().Expert == 1 ? [0.96, 1.0] : [1.0, 0.96];
            each.Feed(2500, random, better);
        }

        Assert.True(Assert.Single(pool.Of(PoolEventKind.Restore)).Evidence.Single(x => x.Key == "value").Value > 0.001);
        Assert.True(pool.Of(PoolEventKind.Restore).Single().Evidence.Single(x => x.Key == "agreement").Value >= 0.95);
        Assert.Single(control.Of(PoolEventKind.Merge));
    }

    [Fact]
    public void Decide_DriftInTheShadow_GivesTheSayBack()
    {
        using ScriptedPool pool = new(3, 0, s_quick);
        SeededRandom random = new(1);
        while (!pool.Of(PoolEventKind.Shadow).Any()) pool.Feed(50, random, [0.85, Same, 0.8]);

        pool.Feed(800, random, [0.3, Same, 0.3]);

        Assert.True(Assert.Single(pool.Of(PoolEventKind.Restore)).Learned < pool.Of(PoolEventKind.Shadow).Single().Learned + 1000);
        Assert.Contains(pool.Of(PoolEventKind.Drift), e => e.Source == "mixture");
    }

    [Fact]
    public void MoveSay_ThereAndBack_MovesNoOtherGateByABit()
    {
        AdaptiveOptions options = new();
        MixtureGate gate = new(options, 2, 4, 2, 1), other = new(options, 2, 4, 2, 1);
        Opinions opinions = new();
        SeededRandom random = new(3);
        for (int t = 0; t < 400; t++) Learn(gate, other, opinions, random);

        MovedSay moved = gate.MoveSay(1, 2);
        float[] raised = GateRatios(gate, opinions), before = GateRatios(other, opinions);
        gate.ReturnSay(1, 2, moved);
        float[] back = GateRatios(gate, opinions);

        Assert.InRange(moved.Share, 0.01f, 0.99f);
        Assert.True(raised[2] > before[2]);
        // Expert 0 against expert 3: neither gave nor took.
        Assert.Equal(BitConverter.SingleToInt32Bits(before[0]), BitConverter.SingleToInt32Bits(raised[0]));
        Assert.Equal(BitConverter.SingleToInt32Bits(before[0]), BitConverter.SingleToInt32Bits(back[0]));
        Assert.Equal(before[2], back[2], 1e-4f);
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
