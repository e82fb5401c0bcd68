using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Tests.Neural;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Torch.Tests;

/// <summary>The contract of every stack, on the processor by libtorch, within 1e-5.</summary>
[Trait("Category", "Torch")]
public sealed class TorchMlpStackTests : MlpStackContract
{
    protected override double Tolerance => 1e-5;

    // Moments are flushed every 16th step: between, they may sink, but not into the denormals.
    protected override float SmallestFirstMoment => 1.2e-38f;

    private protected override IMlpStack Make(MlpOptions options) => TorchTesting.Stack(options);

    [Fact]
    public void Train_WhileTheCollectorFinalizes_UsesNothingThatIsGone()
    {
        MlpOptions options = Shape(2, [4], 2);
        IMlpStack calm = Trained(Stack(options));
        using CancellationTokenSource done = new();
        Thread collector = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            Assert.Equal(Saved(calm), Saved(Trained(Stack(options))));
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }

        static IMlpStack Trained(IMlpStack stack)
        {
            for (int step = 0; step < 2000; step++)
            {
                stack.TrainSoftmax(0, 1, [1f, step % 3], [step % 2]);
                stack.TrainBinary(0, 1, [step % 5, 1f], [1f, 0f]);
            }
            return stack;
        }
    }
}
