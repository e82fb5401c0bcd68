using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Neural.Kernels;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>Adam on a <see cref="TorchRange"/>, as <see cref="MlpStack"/> makes it: m += (1−β₁)(g−m), v = β₂v + (1−β₂)g², w −= step·m / (√v·scale + ε).</summary>
/// <remarks>Moments are kept out of the denormals every 16th step rather than at each, which costs three passes less and lets them sink to 1e-35 between.</remarks>
internal sealed class TorchAdam
{
    private const int FlushPeriod = 16;

    private readonly MlpOptions _options;
    private readonly torch.Tensor _oneMinusBeta1;
    private readonly Scalar _beta2, _oneMinusBeta2, _smallest, _floor;
    private readonly int _period;

    public TorchAdam(MlpOptions options, torch.Device device)
    {
        _options = options;
        _oneMinusBeta1 = torch.tensor((float)(1 - options.Beta1), device: device).DetachFromDisposeScope();
        (_beta2, _oneMinusBeta2) = ((float)options.Beta2, (float)(1 - options.Beta2));
        _period = options.Beta1 >= 0.5 && options.Beta2 >= 0.5 ? FlushPeriod : 1;
        (_smallest, _floor) = (AdamStep.SmallestFirstMoment, AdamStep.SecondMomentFloor * _period);
    }

    /// <summary>Makes a step of a member down its gradients; the step is counted already. Call within a dispose scope.</summary>
    public void Step(TorchRange range, MlpCounts counts)
    {
        torch.Tensor m = range.FirstMoments, v = range.SecondMoments, g = range.Gradients;
        m.lerp_(g, _oneMinusBeta1);
        v.mul_(_beta2);
        v.addcmul_(g, g, _oneMinusBeta2);
        if (counts.Steps % _period == 0)
        {
            m.mul_(m.abs().ge(_smallest));
            v.add_(_floor, TorchPass.One);
        }
        using Scalar scale = 1 / Math.Sqrt(1 - counts.Beta2Power), epsilon = _options.Epsilon, step = -_options.LearningRate / (1 - counts.Beta1Power);
        torch.Tensor root = v.sqrt();
        root.mul_(scale);
        root.add_(epsilon, TorchPass.One);
        range.Weights.addcdiv_(m, root, step);
    }
}
