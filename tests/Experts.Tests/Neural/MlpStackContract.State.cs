using StreamMoe.Experts.Neural;
using StreamMoe.Experts.State;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

public abstract partial class MlpStackContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(37)]
    public void Load_InMidTraining_ContinuesWithTheSameBits(int saveAfter)
    {
        MlpOptions options = Shape(5, [20], 3) with { Dropout = 0.2 };
        IMlpStack whole = Stack(options, members: 2), first = Stack(options, members: 2), second = Stack(options, members: 0);
        float[] x = Gaussians(80 * 5, 2);
        int[] labels = Labels(80, 3, 3);
        for (int row = 0; row < 80; row++)
        {
            if (row == saveAfter) second.Load(new StateReader(new MemoryStream(Saved(first))));
            foreach (IMlpStack stack in (IMlpStack[])[whole, row < saveAfter ? first : second])
            {
                stack.TrainSoftmax(row % 2, 1, x.AsSpan(row * 5, 5), labels.AsSpan(row, 1));
                if (row == 20) stack.AppendOutput(0.5f);
            }
        }
        Assert.Equal(Saved(whole), Saved(second));
    }

    [Fact]
    public void Load_EveryTruncation_ThrowsAndChangesNothing()
    {
        IMlpStack source = Stack(Shape(2, [3], 2), members: 2), stack = Stack(Shape(2, [3], 2), seed: 9);
        byte[] state = Saved(source), before = Saved(stack);
        for (int length = 0; length < state.Length; length++)
        {
            Assert.Throws<StateFormatException>(() => stack.Load(new StateReader(new MemoryStream(state[..length]))));
            Assert.Equal(before, Saved(stack));
        }
        stack.Load(new StateReader(new MemoryStream(state)));
        Assert.Equal(state, Saved(stack));
    }

    [Fact]
    public void Load_StateOfAnotherShape_Throws()
    {
        byte[] state = Saved(Stack(Shape(2, [3], 2)));
        Assert.Throws<StateFormatException>(() => Stack(Shape(2, [4], 2)).Load(new StateReader(new MemoryStream(state))));
    }
}
