using StreamMoe.Experts.Neural;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

public abstract partial class MlpStackContract
{
    [Fact]
    public void TrainSoftmax_ExclusiveOr_IsLearned()
    {
        IMlpStack stack = Stack(Shape(2, [16], 2) with { LearningRate = 1e-2 });
        float[] x = [0, 0, 0, 1, 1, 0, 1, 1];
        int[] labels = [0, 1, 1, 0];
        double loss = 0;
        for (int step = 0; step < 1000; step++) loss = stack.TrainSoftmax(0, 4, x, labels);
        float[] logits = Logits(stack, 4, x);
        Assert.True(loss < 0.02, $"The loss was {loss}.");
        for (int row = 0; row < 4; row++) Assert.Equal(labels[row], logits[2 * row + 1] > logits[2 * row] ? 1 : 0);
    }

    [Fact]
    public void Train_NoRows_ChangesNothing()
    {
        IMlpStack stack = Stack(Shape(4, [10], 3));
        byte[] before = Saved(stack);
        Assert.Equal(0, stack.TrainSoftmax(0, 0, [], []));
        Assert.Equal(0, stack.TrainBinary(0, 0, [], []));
        Assert.Equal(before, Saved(stack));
    }

    // A gradient that stays 0 lets the moments decay by 0.9 and 0.999 a step: without care they would be denormals after 900 and 90,000 steps.
    [Fact]
    public void Train_SilentInputForLong_KeepsMomentsOutOfTheDenormals()
    {
        IMlpStack stack = Stack(Shape(2, [4], 2) with { Beta2 = 0.9 });
        stack.TrainSoftmax(0, 1, [1f, 1f], [1]);
        Assert.Contains(FirstMoments(stack), moment => moment != 0);
        for (int step = 0; step < 3000; step++) stack.TrainSoftmax(0, 1, [0f, 0f], [step % 2]);
        float[] first = FirstMoments(stack), second = SecondMoments(stack);
        Assert.All(first, moment => Assert.True(moment == 0 || MathF.Abs(moment) >= SmallestFirstMoment, $"A first moment was {moment}."));
        Assert.All(second, moment => Assert.True(moment >= 1e-33f, $"A second moment was {moment}."));
        Assert.All(first[..8], moment => Assert.Equal(0, moment));
    }

    [Fact]
    public void Train_AfterALongTime_StillTrains()
    {
        IMlpStack stack = Stack(Shape(1, [], 1) with { Initialisation = MlpInitialisation.Zero });
        for (int step = 0; step < 80_000; step++) stack.TrainBinary(0, 1, [1f], [step % 2]);
        float before = Logits(stack, 1, [1f])[0];
        for (int step = 0; step < 200; step++) stack.TrainBinary(0, 1, [1f], [1f]);
        Assert.InRange(Logits(stack, 1, [1f])[0] - before, 0.1, 1);
    }

    [Fact]
    public void Calls_WithWrongArguments_SayWhatWasFoundAndAllowed()
    {
        IMlpStack stack = Stack(Shape(2, [3], 2));
        byte[] before = Saved(stack);
        Assert.Contains("member was 1; must be in [0, 1)", Assert.Throws<ArgumentOutOfRangeException>(() => stack.Forward(1, 1, new float[2], new float[2])).Message);
        Assert.Contains("x had 3 elements; must have 2 × 2 = 4", Assert.Throws<ArgumentException>(() => stack.Forward(0, 2, new float[3], new float[4])).Message);
        Assert.Contains("label of row 1 was 2; must be in [0, 2)", Assert.Throws<ArgumentOutOfRangeException>(() => stack.TrainSoftmax(0, 2, new float[4], [0, 2])).Message);
        Assert.Contains("labels had 1 elements; must have 2 × 1 = 2", Assert.Throws<ArgumentException>(() => stack.TrainSoftmax(0, 2, new float[4], [0])).Message);
        Assert.Contains("output was 2; must be in [0, 2)", Assert.Throws<ArgumentOutOfRangeException>(() => stack.WriteOutput(0, 2, new float[3], 0)).Message);
        Assert.Contains("weights had 2 elements; must have 1 × 3 = 3", Assert.Throws<ArgumentException>(() => stack.ReadOutput(0, 1, new float[2])).Message);
        Assert.Contains("rate was 2; must be in [0, 1]", Assert.Throws<ArgumentOutOfRangeException>(() => stack.UpdateAverage(0, 0, 2)).Message);
        Assert.Equal(before, Saved(stack));
    }
}
