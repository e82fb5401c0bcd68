using StreamMoe.Experts.Neural;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

public abstract partial class MlpStackContract
{
    [Fact]
    public void Training_OneMember_IsIndependentOfTheOthers()
    {
        MlpOptions options = Shape(4, [10], 3) with { Dropout = 0.1 };
        IMlpStack together = Stack(options, members: 3, seed: 5), alone = Stack(options, members: 1, seed: 6);
        float[] x = Gaussians(40 * 4, 2);
        int[] labels = Labels(40, 3, 3);
        for (int row = 0; row < 40; row++)
        {
            for (int member = 0; member < 3; member++)
                if (member == 1 || row % (member + 2) == 0) together.TrainSoftmax(member, 1, x.AsSpan(row * 4, 4), labels.AsSpan(row, 1));
            alone.TrainSoftmax(0, 1, x.AsSpan(row * 4, 4), labels.AsSpan(row, 1));
        }
        AssertSame(Parameters(alone), Parameters(together, 1));
        Assert.Equal([20L, 40L, 10L], Enumerable.Range(0, 3).Select(member => StepsOf(together, member)));
    }

    [Fact]
    public void AddCopy_OfATrainedMember_LearnsTheSameFromThenOn()
    {
        IMlpStack stack = Stack(Shape(4, [10], 3) with { Dropout = 0.2 }, members: 2);
        float[] x = Gaussians(8 * 4, 2);
        int[] labels = Labels(8, 3, 3);
        stack.TrainSoftmax(1, 8, x, labels);
        int copy = stack.AddCopy(1);
        foreach (int member in (int[])[1, copy]) stack.TrainSoftmax(member, 8, x, labels);
        AssertSame(Parameters(stack, 1), Parameters(stack, copy));
        stack.TrainSoftmax(copy, 8, x, labels);
        Assert.NotEqual(Parameters(stack, 1), Parameters(stack, copy));
    }

    [Fact]
    public void UpdateAverage_AfterEachStep_FollowsTheExponentialAverage()
    {
        IMlpStack stack = Stack(Shape(4, [10], 3));
        int average = stack.AddCopy(0);
        double[] expected = [.. Parameters(stack).Select(p => (double)p)];
        for (int step = 0; step < 20; step++)
        {
            stack.TrainSoftmax(0, 8, Gaussians(32, 2), Labels(8, 3, 3));
            stack.UpdateAverage(average, 0, 0.1);
            float[] source = Parameters(stack);
            for (int i = 0; i < expected.Length; i++) expected[i] += 0.1 * (source[i] - expected[i]);
        }
        AssertClose(expected, Parameters(stack, average), 1e-6, 0);
        Assert.Equal(0, StepsOf(stack, average));
    }

    [Theory]
    [InlineData(MlpInitialisation.XavierUniform)]
    [InlineData(MlpInitialisation.HeNormal)]
    [InlineData(MlpInitialisation.Zero)]
    public void AddMember_EachInitialisation_HasTheStatedSpreadAndZeroBiases(object initialisation)
    {
        IMlpStack stack = Stack(Shape(50, [200], 100) with { Initialisation = (MlpInitialisation)initialisation });
        float[] parameters = Parameters(stack);
        (double hidden, double output) = initialisation switch
        {
            MlpInitialisation.XavierUniform => (2.0 / 250, 2.0 / 300),
            MlpInitialisation.HeNormal => (2.0 / 50, 1.0 / 200),
            _ => (0, 0),
        };
        Assert.InRange(parameters[..10_000].Average(w => w * w), hidden * 0.95, hidden * 1.05);
        Assert.All(parameters[10_000..10_200], bias => Assert.Equal(0, bias));
        Assert.InRange(parameters[10_200..30_200].Average(w => w * w), output * 0.95, output * 1.05);
        Assert.All(parameters[30_200..], bias => Assert.Equal(0, bias));
        if ((MlpInitialisation)initialisation == MlpInitialisation.XavierUniform)
            Assert.InRange(parameters[..10_000].Max(MathF.Abs), 0.99 * Math.Sqrt(6.0 / 250), Math.Sqrt(6.0 / 250));
    }
}
