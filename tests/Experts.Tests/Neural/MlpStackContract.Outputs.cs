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
        Assert.Equal(outputs, stack.AppendOutput(weights, -0.5f));
        Assert.Equal(outputs + 1, stack.AppendOutput([], 2f));
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
    public void RemoveOutput_OfAnAppendedOne_LeavesTheStateAsItWas()
    {
        IMlpStack stack = Trained(12);
        byte[] before = Saved(stack);
        stack.AppendOutput(Gaussians(stack.OutputFanIn, 8), 1f);
        Assert.NotEqual(before, Saved(stack));
        stack.RemoveOutput(12);
        Assert.Equal(before, Saved(stack));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(11)]
    public void RemoveOutput_AnyPlace_ShiftsTheOthersWithoutChangingThem(int removed)
    {
        IMlpStack stack = Trained(12);
        float[] x = Inputs(5), before = Logits(stack, 5, x), moments = OutputPart(stack, FirstMoments(stack));
        Assert.DoesNotContain(0, moments[^12..]);
        stack.RemoveOutput(removed);
        Assert.Equal(11, stack.Outputs);
        float[] after = Logits(stack, 5, x);
        for (int row = 0; row < 5; row++)
            AssertSame(Without(before.AsSpan(row * 12, 12), removed), after.AsSpan(row * 11, 11));
        int fanIn = stack.OutputFanIn;
        float[] expected = [.. moments[..(removed * fanIn)], .. moments[((removed + 1) * fanIn)..(12 * fanIn)], .. Without(moments.AsSpan(12 * fanIn), removed)];
        AssertSame(expected, OutputPart(stack, FirstMoments(stack)));
    }

    [Fact]
    public void ReplaceOutput_AfterTraining_MovesOnlyThatOutputAndClearsItsMoments()
    {
        IMlpStack stack = Trained(12);
        float[] x = Inputs(5), before = Logits(stack, 5, x), first = FirstMoments(stack), second = SecondMoments(stack);
        int fanIn = stack.OutputFanIn, start = first.Length - 12 * (fanIn + 1);
        stack.ReplaceOutput(0, 4, Gaussians(fanIn, 8), 1f);
        float[] after = Logits(stack, 5, x);
        for (int row = 0; row < 5; row++)
        {
            Assert.NotEqual(before[row * 12 + 4], after[row * 12 + 4]);
            AssertSame(Without(before.AsSpan(row * 12, 12), 4), Without(after.AsSpan(row * 12, 12), 4));
        }
        foreach (float[] moments in (float[][])[first, second])
        {
            Assert.NotEqual(0, moments[^8]);
            moments.AsSpan(start + 4 * fanIn, fanIn).Clear();
            moments[^8] = 0;
        }
        AssertSame(first, FirstMoments(stack));
        AssertSame(second, SecondMoments(stack));
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
        Assert.Equal(bias + 1, stack.ReadOutput(0, 7, []));
    }

    [Fact]
    public void AppendOutput_ThenTraining_TrainsTheNewOutput()
    {
        IMlpStack stack = Stack(Shape(2, [8], 1));
        stack.AppendOutput([], 0);
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

    private static float[] Without(ReadOnlySpan<float> values, int removed) => [.. values[..removed], .. values[(removed + 1)..]];

    // What a list of all parameters has for the output layer: the weights by outputs, then the biases.
    private static float[] OutputPart(IMlpStack stack, float[] parameters) => parameters[^(stack.Outputs * (stack.OutputFanIn + 1))..];
}
