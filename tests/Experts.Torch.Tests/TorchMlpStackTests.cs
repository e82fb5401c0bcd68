using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Tests.Neural;

namespace StreamMoe.Experts.Torch.Tests;

/// <summary>The contract of every stack, on the processor by libtorch, within 1e-5.</summary>
[Trait("Category", "Torch")]
public sealed class TorchMlpStackTests : MlpStackContract
{
    protected override double Tolerance => 1e-5;

    // Moments are flushed every 16th step: between, they may sink, but not into the denormals.
    protected override float SmallestFirstMoment => 1.2e-38f;

    private protected override IMlpStack Make(MlpOptions options) => TorchTesting.Stack(options);
}
