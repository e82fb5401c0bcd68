using StreamMoe.DriftMoe.Routing;

namespace StreamMoe.DriftMoe.Tests.Gating;

public sealed class RouterTargetTests
{
    [Fact]
    public void FillBest_SeveralRight_MarksTheMostConfidentAlone()
    {
        float[] target = [9, 9, 9, 9];

        CorrectnessMask.FillBest([0.6, -1, 0.9, 0.9], target);

        Assert.Equal([0, 0, 1, 0], target);
    }

    [Fact]
    public void Step_Mask_LearnsThatBothAreRight()
    {
        float[] logits = Learn(RouterTarget.Mask, [1, 1, 0]);

        Assert.True(logits[0] > 1 && logits[1] > 1, "an expert that was right is pushed down");
        Assert.True(logits[2] < -1);
    }

    [Fact]
    public void Step_Best_PushesEveryOtherExpertDown()
    {
        float[] logits = Learn(RouterTarget.Best, [1, 0, 0]);

        Assert.True(logits[0] - logits[1] > 3);
        // Soft-max moves logits apart, not away from zero: binary cross-entropy on the same target ends elsewhere.
        float sum = logits.Sum(), binary = Learn(RouterTarget.Mask, [1, 0, 0]).Sum();
        Assert.True(sum > binary + 1, $"sum {sum}, by binary cross-entropy {binary}");
    }

    private static float[] Learn(RouterTarget kind, float[] target)
    {
        Router router = new(2, 3, new RouterOptions { Hidden1 = 8, Hidden2 = 0, Interval = 2, LearningRate = 0.01 }, dropout: 0, seed: 5, kind);
        for (int step = 0; step < 300; step++)
        {
            for (int r = 0; r < 2; r++) router.Remember([r, 1], target);
            router.Step();
        }
        float[] logits = new float[3];
        router.Forward([0.5f, 1], 1, logits);
        return logits;
    }
}
