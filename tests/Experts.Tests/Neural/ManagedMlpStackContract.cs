using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Vectors;
using StreamMoe.Tests.Common;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>What the managed stack does besides, on every width of its kernels: the same bits everywhere, and no allocation.</summary>
public abstract class ManagedMlpStackContract : MlpStackContract
{
    private readonly KernelWidth _width;

    // A processor without this width runs the contract on its widest one instead.
    private protected ManagedMlpStackContract(KernelWidth width) => _width = KernelWidths.IsSupported(width) ? width : KernelWidth.Widest;

    private protected override IMlpStack Make(MlpOptions options) => new MlpStack(options, _width);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Training_BatchesOfManySizes_KeepsThePaddingZero(int inputs, int[] hidden, int outputs)
    {
        MlpStack stack = (MlpStack)Stack(Shape(inputs, hidden, outputs) with { Dropout = 0.1 });
        float[] x = Gaussians(130 * inputs, 2), targets = Masks(130 * outputs, 3);
        foreach (int rows in (int[])[130, 1, 70, 3, 17, 2])
        {
            stack.TrainBinary(0, rows, x.AsSpan(0, rows * inputs), targets.AsSpan(0, rows * outputs));
            stack.TrainSoftmax(0, rows, x.AsSpan(0, rows * inputs), Labels(rows, outputs, 4));
        }
        Assert.Equal(NonZero(Parameters(stack)), NonZero(stack.Member(0).Weights.Span));
        Assert.Equal(NonZero(FirstMoments(stack)), NonZero(stack.Member(0).FirstMoments.Span));

        static int NonZero(ReadOnlySpan<float> values)
        {
            int count = 0;
            foreach (float value in values)
                if (value != 0) count++;
            return count;
        }
    }

    [Fact]
    public void ForwardAndTrain_AfterTheFirstCall_AllocateNothing()
    {
        MlpStack stack = (MlpStack)Stack(Shape(10, [40, 20], 3) with { Dropout = 0.1 });
        float[] x = Gaussians(200 * 10, 2), logits = new float[200 * 3], targets = Masks(200 * 3, 3);
        int[] labels = Labels(200, 3, 5);
        Use();
        Assert.Equal(0, Allocation.Of(Use));

        void Use()
        {
            stack.Forward(0, 200, x, logits, 3);
            stack.Forward(0, 1, x.AsSpan(0, 10), logits.AsSpan(0, 3));
            stack.TrainBinary(0, 200, x, targets);
            stack.TrainSoftmax(0, 1, x.AsSpan(0, 10), labels.AsSpan(0, 1));
            stack.TrainSoftmax(0, 200, x, labels);
        }
    }

    [Fact]
    public void Forward_TwoThreadsWithWorkspaces_SameBitsAsOne()
    {
        MlpStack stack = (MlpStack)Stack(Shape(10, [40, 20], 3));
        float[] x = Gaussians(1000 * 10, 2), expected = Logits(stack, 1000, x), found = new float[3000];
        MlpWorkspace[] workspaces = [stack.CreateWorkspace(), stack.CreateWorkspace()];
        Parallel.For(0, 2, half =>
        {
            for (int repeat = 0; repeat < 20; repeat++)
                stack.Forward(0, 500, x.AsSpan(half * 5000, 5000), found.AsSpan(half * 1500, 1500), null, workspaces[half]);
        });
        AssertSameBits(expected, found);
    }
}

/// <summary>The contract on plain loops.</summary>
public sealed class ScalarMlpStackTests() : ManagedMlpStackContract(KernelWidth.Scalar);

/// <summary>The contract on AVX2.</summary>
public sealed class Vector256MlpStackTests() : ManagedMlpStackContract(KernelWidth.Vector256);

/// <summary>The contract on AVX-512.</summary>
public sealed class Vector512MlpStackTests() : ManagedMlpStackContract(KernelWidth.Vector512);
