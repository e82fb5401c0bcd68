using StreamMoe.Experts.Neural;
using StreamMoe.Experts.State;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;
using static StreamMoe.Experts.Torch.Tests.TorchTesting;

namespace StreamMoe.Experts.Torch.Tests;

/// <summary>The two backends side by side: same weights, same masks, same steps, same bytes.</summary>
[Trait("Category", "Torch")]
public sealed class TorchAgreesWithManagedTests
{
    private static readonly MlpOptions s_router = Shape(24, [256, 128], 12);

    public TorchAgreesWithManagedTests() => RequireLibtorch();

    [Theory]
    [InlineData(MlpInitialisation.XavierUniform)]
    [InlineData(MlpInitialisation.HeNormal)]
    [InlineData(MlpInitialisation.Zero)]
    public void AddMember_SameSeed_SameWeightsToTheBit(object initialisation)
    {
        (IMlpStack managed, IMlpStack torch) = Pair(s_router with { Initialisation = (MlpInitialisation)initialisation }, members: 2);
        for (int member = 0; member < 2; member++) AssertSameBits(Parameters(managed, member), Parameters(torch, member));
        Assert.Equal(Saved(managed), Saved(torch));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(300)]
    public void Forward_SameWeights_AgreesWithin1e5(int rows)
    {
        (IMlpStack managed, IMlpStack torch) = Pair(s_router);
        float[] x = Gaussians(rows * 24, 3);
        AssertNear(Logits(managed, rows, x), Logits(torch, rows, x), 1e-5);
    }

    [Fact]
    public void Forward_WithDropout_DropsTheSameUnits()
    {
        (IMlpStack managed, IMlpStack torch) = Pair(s_router with { Dropout = 0.3 });
        float[] x = Gaussians(20 * 24, 3);
        AssertNear(Logits(managed, 20, x, dropoutRow: 77), Logits(torch, 20, x, dropoutRow: 77), 1e-5);
    }

    // Adam's first step is ±the learning rate, whatever the gradient's size: where a gradient is nearly 0, its sign is chance. So the moments are
    // held against one another, and the parameters where the gradient is not tiny.
    [Theory]
    [InlineData(true, 0.0)]
    [InlineData(false, 0.0)]
    [InlineData(true, 0.2)]
    public void Train_OneStep_SameMomentsAndParameters(bool binary, double dropout)
    {
        (IMlpStack managed, IMlpStack torch) = Pair(s_router with { Dropout = dropout });
        float[] x = Gaussians(64 * 24, 3), masks = Masks(64 * 12, 4);
        int[] labels = Labels(64, 12, 5);
        double expected = binary ? managed.TrainBinary(0, 64, x, masks) : managed.TrainSoftmax(0, 64, x, labels);
        double found = binary ? torch.TrainBinary(0, 64, x, masks) : torch.TrainSoftmax(0, 64, x, labels);
        Assert.Equal(expected, found, 1e-6);
        float[] m = FirstMoments(managed), n = FirstMoments(torch), p = Parameters(managed), q = Parameters(torch);
        AssertNear(m, n, 1e-8);
        AssertNear(SecondMoments(managed), SecondMoments(torch), 1e-10);
        for (int i = 0; i < m.Length; i++)
            if (Math.Abs(m[i]) > 1e-6f) Assert.True(Math.Abs(p[i] - q[i]) <= 1e-6, $"Parameter {i}: managed {p[i]:R}, torch {q[i]:R}, gradient {m[i]:R}.");
    }

    [Fact]
    public void Train_ManySteps_LossesStayTogether()
    {
        (IMlpStack managed, IMlpStack torch) = Pair(Shape(10, [32], 4));
        float[] x = Gaussians(200 * 10, 3);
        int[] labels = [.. Enumerable.Range(0, 200).Select(r => (x[r * 10] > 0 ? 1 : 0) + (x[r * 10 + 1] > 0 ? 2 : 0))];
        double expected = 0, found = 0;
        for (int step = 0; step < 200; step++)
        {
            expected = managed.TrainSoftmax(0, 200, x, labels);
            found = torch.TrainSoftmax(0, 200, x, labels);
            Assert.Equal(expected, found, 1e-3);
        }
        Assert.True(found < 0.2, $"The loss was {found}.");
    }

    [Fact]
    public void Save_ByEitherAfterTraining_IsReadByTheOtherToTheBit()
    {
        MlpOptions options = Shape(6, [20, 11], 3) with { Dropout = 0.1 };
        (IMlpStack managed, IMlpStack torch) = Pair(options, members: 2);
        foreach (IMlpStack stack in (IMlpStack[])[managed, torch])
        {
            for (int step = 0; step < 20; step++) stack.TrainSoftmax(step % 2, 8, Gaussians(48, (ulong)step), Labels(8, 3, (ulong)step));
            stack.AppendOutput(0.5f);
        }
        (IMlpStack second, IMlpStack third) = (TorchTesting.Stack(options), new MlpStack(options));
        second.Load(new StateReader(new MemoryStream(Saved(managed))));
        third.Load(new StateReader(new MemoryStream(Saved(torch))));
        Assert.Equal(Saved(managed), Saved(second));
        Assert.Equal(Saved(torch), Saved(third));
        AssertSameBits(FirstMoments(managed), FirstMoments(second));
        AssertSameBits(SecondMoments(torch), SecondMoments(third));

        // And both learn on from there: same counts, same masks.
        float[] x = Gaussians(48, 99);
        Assert.Equal(managed.TrainSoftmax(0, 8, x, Labels(8, 4, 9)), second.TrainSoftmax(0, 8, x, Labels(8, 4, 9)), 1e-5);
        AssertNear(Parameters(managed), Parameters(second), 2e-5);
        Assert.Equal(StepsOf(managed, 0), StepsOf(second, 0));
    }

    [Fact]
    public void Descend_ByGradients_StepsAsTheManagedOne()
    {
        (IMlpStack managed, IMlpStack torch) = Pair(Shape(7, [20], 3));
        for (int step = 0; step < 10; step++)
        {
            float[] x = Gaussians(4 * 7, (ulong)step), gradients = Gaussians(4 * 3, (ulong)step + 50);
            managed.Descend(0, 4, x, gradients, evaluated: false);
            torch.Descend(0, 4, x, gradients, evaluated: false);
        }
        AssertNear(Parameters(managed), Parameters(torch), 1e-5);
        managed.GrowOutputs(5);
        torch.GrowOutputs(5);
        AssertNear(Parameters(managed), Parameters(torch), 1e-5);
    }

    // As the partitions of a worker: each its own stack, all on one device.
    [Fact]
    public void Stacks_OnOneDeviceFromSeveralThreads_DoNotTouchOneAnother()
    {
        byte[][] found = new byte[4][];
        Parallel.For(0, 4, partition =>
        {
            IMlpStack stack = TorchTesting.Stack(Shape(10, [32], 4));
            stack.AddMember((ulong)partition);
            for (int step = 0; step < 50; step++) stack.TrainBinary(0, 16, Gaussians(160, (ulong)step), Masks(64, (ulong)partition));
            found[partition] = Saved(stack);
        });
        for (int partition = 0; partition < 4; partition++)
        {
            IMlpStack alone = TorchTesting.Stack(Shape(10, [32], 4));
            alone.AddMember((ulong)partition);
            for (int step = 0; step < 50; step++) alone.TrainBinary(0, 16, Gaussians(160, (ulong)step), Masks(64, (ulong)partition));
            Assert.Equal(Saved(alone), found[partition]);
        }
    }
}
