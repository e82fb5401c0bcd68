using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Routing;

namespace StreamMoe.DriftMoe.Tests.Gating;

/// <summary>A late label teaches the router who was right when asked, though by now everybody knows better.</summary>
public sealed class LateLabelGateTests
{
    private static readonly double[] s_view = [0.5, -1];

    [Fact]
    public void LearnKept_OneExpertWasWrongWhenAsked_TrustsTheOther()
    {
        // Now both are right and equally sure; when asked only one was.
        float second = GateOfSecond(Say(0.1, 0.9)), first = GateOfSecond(Say(0.9, 0.1)), both = GateOfSecond(Say(0.9, 0.9));

        Assert.True(second > both + 0.05f && both > first + 0.05f, $"gates of the second: {second}, {both}, {first}");
    }

    [Fact]
    public void Keep_ExpertThatDoesNotRun_IsNotANumberAndTeachesNothing()
    {
        bool[] heard = [false, true];
        MixtureGate gate = NewGate(heard);
        Opinions opinions = Say(0.9, 0.9);
        double[] kept = new double[gate.KeptLength];

        gate.Keep(opinions, 0, kept);

        Assert.True(double.IsNaN(kept[0]) && double.IsNaN(kept[1]));
        Assert.Equal(1, kept[2]);
        Assert.Equal(0.9, kept[3], 1e-6);
        (heard[0], heard[1]) = (true, false);
        gate.LearnKept(1, s_view, kept, 2);
        Assert.Equal(0, gate.RouterLoss);
    }

    [Fact]
    public void LearnKept_NobodyWasRight_TeachesTheLeastWrong()
    {
        MixtureGate gate = NewGate();
        Opinions opinions = Say(0.9, 0.6);
        double[] kept = new double[gate.KeptLength];
        gate.Keep(opinions, 0, kept);

        for (int i = 0; i < 400; i++) gate.LearnKept(0, s_view, kept, 2);

        gate.Combine(s_view, opinions, 0);
        Assert.True(gate.Gates[1] > gate.Gates[0]);
    }

    private static float GateOfSecond(Opinions then)
    {
        MixtureGate gate = NewGate();
        double[] kept = new double[gate.KeptLength];
        Opinions now = Say(0.9, 0.9);
        gate.Keep(then, 0, kept);
        for (int i = 0; i < 400; i++)
        {
            gate.LearnKept(1, s_view, kept, 2);
            gate.Combine(s_view, now, 0);
            gate.Learn(1, now, 0);
        }
        gate.Combine(s_view, now, 0);
        return gate.Gates[1];
    }

    private static MixtureGate NewGate(bool[]? heard = null)
        => new(new AdaptiveOptions { Router = new RouterOptions { Hidden1 = 8, Hidden2 = 0, Interval = 1, Temperature = 1 } }.Gate, s_view.Length, heard ?? [true, true], 2, seed: 1);

    /// <summary>Two experts with their probabilities of class 1.</summary>
    private static Opinions Say(double first, double second)
    {
        Opinions opinions = new();
        opinions.Fit(1, 2, 2);
        opinions.Put(0, 0, [1 - first, first]);
        opinions.Put(0, 1, [1 - second, second]);
        return opinions;
    }
}
