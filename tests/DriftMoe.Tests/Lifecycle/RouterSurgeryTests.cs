using StreamMoe.DriftMoe.Routing;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

public sealed class RouterSurgeryTests
{
    [Fact]
    public void RaiseBias_OneOutput_MovesNoOtherByABit()
    {
        Router router = Trained();
        float[] before = Evaluate(router), after;

        router.RaiseBias(2, 0.75f);
        after = Evaluate(router);

        Assert.Equal(before[2] + 0.75f, after[2], 1e-5f);
        for (int e = 0; e < before.Length; e++)
            if (e != 2) Assert.Equal(BitConverter.SingleToInt32Bits(before[e]), BitConverter.SingleToInt32Bits(after[e]));
    }

    [Fact]
    public void AppendOutput_MovesNoOtherByABit()
    {
        Router router = Trained();
        float[] before = Evaluate(router);

        router.AppendOutput();
        float[] after = Evaluate(router);

        Assert.Equal(before.Length + 1, after.Length);
        Assert.Equal(before.Select(BitConverter.SingleToInt32Bits), after[..^1].Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(-MathF.Log(99), after[^1], 1e-5f);
    }

    private static Router Trained()
    {
        Router router = new(3, 5, new RouterOptions { Hidden1 = 16, Hidden2 = 0, Interval = 4 }, dropout: 0, seed: 3);
        for (int step = 0; step < 50; step++)
        {
            for (int r = 0; r < 4; r++) router.Remember([step % 3, r, 1], [1, 0, r % 2, 0, 1]);
            router.Step();
        }
        return router;
    }

    private static float[] Evaluate(Router router)
    {
        float[] logits = new float[router.Experts];
        router.Forward([0.3f, -1.2f, 1], 1, logits);
        return logits;
    }
}
