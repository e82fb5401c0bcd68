using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;
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

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    public void TrainSoftmax_RowsOfWeightZero_SameBitsAsWithoutThem(int kept)
    {
        MlpOptions options = Shape(4, [20, 10], 3) with { Dropout = 0.2 };
        IMlpStack masked = Stack(options), bare = Stack(options);
        float[] x = Gaussians(2 * kept * 4, 2), weights = new float[2 * kept], keptX = new float[kept * 4];
        int[] labels = Labels(2 * kept, 3, 3), keptLabels = new int[kept];
        SeededRandom random = new(4);
        for (int row = 0, next = 0; row < 2 * kept; row++)
        {
            bool keep = next < kept && (2 * kept - row <= kept - next || random.NextInt(2) == 0);
            if (!keep)
            {
                labels[row] = -1;
                continue;
            }
            weights[row] = 1;
            keptLabels[next] = labels[row];
            x.AsSpan(row * 4, 4).CopyTo(keptX.AsSpan(next++ * 4));
        }
        for (int step = 0; step < 3; step++)
            Assert.Equal(bare.TrainSoftmax(0, kept, keptX, keptLabels), masked.TrainSoftmax(0, 2 * kept, x, labels, weights, kept));
        Assert.Equal(Saved(bare), Saved(masked));
    }

    [Fact]
    public void TrainSoftmax_NoRowLeft_ChangesNothing()
    {
        IMlpStack stack = Stack(Shape(4, [10], 3));
        byte[] before = Saved(stack);
        Assert.Equal(0, stack.TrainSoftmax(0, 2, Gaussians(8, 1), [0, 1], [0, 0], 0));
        Assert.Equal(0, stack.TrainSoftmax(0, 0, [], []));
        Assert.Equal(0, stack.TrainBinary(0, 0, [], []));
        Assert.Equal(before, Saved(stack));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public void Train_WithRoomForLogits_GivesThoseBeforeTheStep(int rows)
    {
        IMlpStack stack = Stack(Shape(4, [10], 3));
        float[] x = Gaussians(rows * 4, 2), logits = new float[rows * 3], before = Logits(stack, rows, x);
        stack.TrainSoftmax(0, rows, x, Labels(rows, 3, 3), logits);
        AssertSame(before, logits);
        before = Logits(stack, rows, x);
        stack.TrainBinary(0, rows, x, Masks(rows * 3, 3), logits);
        AssertSame(before, logits);
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
    public void TrainSoftmaxAll_MembersWithTheirOwnWeights_StepAsEachByItself()
    {
        MlpOptions options = Shape(4, [20, 10], 3) with { Dropout = 0.2 };
        IMlpStack together = Stack(options, members: 3), one = Stack(options, members: 3);
        float[] x = Gaussians(12 * 4, 2), weights = [.. Gaussians(3 * 12, 3).Select(MathF.Abs)];
        weights.AsSpan(12, 12).Clear();
        weights[30] = 0;
        int[] labels = Labels(12, 3, 4);
        double[] losses = new double[3];
        together.TrainSoftmaxAll(12, x, labels, weights, losses);
        foreach (int member in (int[])[0, 2])
        {
            double sum = weights.Skip(member * 12).Take(12).Sum(w => (double)w);
            Assert.Equal(one.TrainSoftmax(member, 12, x, labels, weights.AsSpan(member * 12, 12), sum), losses[member], 1e-6);
        }
        Assert.Equal(0, losses[1]);
        Assert.Equal([1L, 0L, 1L], Enumerable.Range(0, 3).Select(together.StepsOf));
        for (int member = 0; member < 3; member++) AssertSame(Parameters(one, member), Parameters(together, member));
    }

    [Fact]
    public void Calls_WithWrongArguments_SayWhatWasFoundAndAllowed()
    {
        IMlpStack stack = Stack(Shape(2, [3], 2));
        byte[] before = Saved(stack);
        Assert.Contains("member was 1; must be in [0, 1)", Assert.Throws<ArgumentOutOfRangeException>(() => stack.Forward(1, 1, new float[2], new float[2])).Message);
        Assert.Contains("x had 3 elements; must have 2 × 2 = 4", Assert.Throws<ArgumentException>(() => stack.Forward(0, 2, new float[3], new float[4])).Message);
        Assert.Contains("label of row 1 was 2; must be in [0, 2)", Assert.Throws<ArgumentOutOfRangeException>(() => stack.TrainSoftmax(0, 2, new float[4], [0, 2])).Message);
        Assert.Contains("weight of row 0 was -1", Assert.Throws<ArgumentOutOfRangeException>(() => stack.TrainSoftmax(0, 1, new float[2], [0], [-1], 1)).Message);
        Assert.Contains("normaliser was NaN", Assert.Throws<ArgumentOutOfRangeException>(() => stack.TrainSoftmax(0, 1, new float[2], [0], [1], double.NaN)).Message);
        Assert.Contains("output was 2; must be in [0, 2)", Assert.Throws<ArgumentOutOfRangeException>(() => stack.RemoveOutput(2)).Message);
        Assert.Contains("rate was 2; must be in [0, 1]", Assert.Throws<ArgumentOutOfRangeException>(() => stack.UpdateAverage(0, 0, 2)).Message);
        stack.RemoveOutput(0);
        Assert.Throws<InvalidOperationException>(() => stack.RemoveOutput(0));
        Assert.NotEqual(before, Saved(stack));
    }
}
