using StreamMoe.Experts.Neural;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

public abstract partial class MlpStackContract
{
    // 63 outputs become 64 and 65: the last one opens a panel of the logits.
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(63)]
    public void AppendOutput_Twice_MovesNoOtherOutputByABit(int outputs)
    {
        IMlpStack stack = Trained(outputs);
        float[] before = Logits(stack, 5, Inputs(5)), weights = Gaussians(stack.OutputFanIn, 8);
        Assert.Equal(outputs, stack.AppendOutput(1f));
        stack.WriteOutput(0, outputs, weights, -0.5f);
        Assert.Equal(outputs + 1, stack.AppendOutput(2f));
        Assert.Equal(outputs + 2, stack.Outputs);
        float[] after = Logits(stack, 5, Inputs(5));
        for (int row = 0; row < 5; row++)
        {
            AssertSame(before.AsSpan(row * outputs, outputs), after.AsSpan(row * (outputs + 2), outputs));
            Assert.Equal(2f, after[row * (outputs + 2) + outputs + 1]);
        }
        float[] read = new float[stack.OutputFanIn];
        Assert.Equal(-0.5f, stack.ReadOutput(0, outputs, read));
        AssertSame(weights, read);
    }

    [Fact]
    public void GrowOutputs_AfterTraining_KeepsMomentsAndStartsNewOnesAtZero()
    {
        IMlpStack stack = Trained(12);
        float[] x = Inputs(5), before = Logits(stack, 5, x);
        (float[] first, float[] second) = (FirstMoments(stack), SecondMoments(stack));
        Assert.DoesNotContain(0, first[^12..]);
        stack.GrowOutputs(14);
        stack.GrowOutputs(13);
        Assert.Equal(14, stack.Outputs);
        float[] after = Logits(stack, 5, x);
        for (int row = 0; row < 5; row++) AssertSame([.. before[(row * 12)..(row * 12 + 12)], 0, 0], after.AsSpan(row * 14, 14));
        AssertSame(Grown(first), FirstMoments(stack));
        AssertSame(Grown(second), SecondMoments(stack));

        float[] Grown(float[] moments) => [.. moments[..^12], .. new float[2 * stack.OutputFanIn], .. moments[^12..], 0, 0];
    }

    [Fact]
    public void WriteOutput_WithWhatWasRead_ChangesNothing()
    {
        IMlpStack stack = Trained(12);
        byte[] before = Saved(stack);
        float[] weights = new float[stack.OutputFanIn];
        float bias = stack.ReadOutput(0, 7, weights);
        stack.WriteOutput(0, 7, weights, bias);
        Assert.Equal(before, Saved(stack));
        stack.WriteOutput(0, 7, weights, bias + 1);
        Assert.Equal(bias + 1, stack.ReadOutput(0, 7, weights));
    }

    [Fact]
    public void AppendOutput_ThenTraining_TrainsTheNewOutput()
    {
        IMlpStack stack = Stack(Shape(2, [8], 1));
        stack.AppendOutput(0);
        for (int step = 0; step < 600; step++) stack.TrainBinary(0, 1, [1f, -1f], [0f, 1f]);
        float[] logits = Logits(stack, 1, [1f, -1f]);
        Assert.True(logits[0] < -2 && logits[1] > 2, $"Logits were {logits[0]} and {logits[1]}.");
    }

    private IMlpStack Trained(int outputs)
    {
        IMlpStack stack = Stack(Shape(6, [20, 70], outputs));
        float[] targets = Masks(5 * outputs, 4);
        for (int step = 0; step < 10; step++) stack.TrainBinary(0, 5, Inputs(5), targets);
        return stack;
    }

    private static float[] Inputs(int rows) => Gaussians(rows * 6, 3);
}
