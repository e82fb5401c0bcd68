using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Routing;

namespace StreamMoe.DriftMoe.Tests.Gating;

public sealed class TaughtRouterTests
{
    private static readonly double[] s_view = [0.5, -0.5];

    [Fact]
    public void Learn_ExpertThatGivesTheLabelNoProbabilityAtAll_IsTaughtThatItWasWrong()
    {
        // By the router alone: without the power of the experts' records.
        RouterOptions router = new() { Hidden1 = 8, Hidden2 = 0, Interval = 1, Temperature = 1 };
        MixtureGate gate = new(new AdaptiveOptions { AccuracyPower = 0, Router = router }.Gate, s_view.Length, (bool[])[true, true], 2, seed: 1);
        Opinions opinions = new();
        opinions.Fit(1, 2, 2);
        opinions.Put(0, 0, [0.1, 0.9]);
        opinions.Put(0, 1, [1, 0]);
        for (int i = 0; i < 400; i++)
        {
            gate.Combine(s_view, opinions, 0);
            gate.Learn(1, opinions, 0);
        }

        gate.Combine(s_view, opinions, 0);

        // Left alone, as an expert without an opinion is, it would have 2.5·10⁻⁵ by now, as the other one rises.
        Assert.True(gate.Gates[1] < 5e-6f, $"gate {gate.Gates[1]}");
    }
}
