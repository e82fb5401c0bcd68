using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Neural.Kernels;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>Adam on <see cref="TorchRange"/>s, as <see cref="MlpStack"/> makes it: m += (1−β₁)(g−m), v = β₂v + (1−β₂)g², w −= step·m / (√v·scale + ε).</summary>
/// <remarks>Moments are kept out of the denormals every 16th step rather than at each, which costs three passes less and lets them sink to 1e-35 between.</remarks>
internal sealed class TorchAdam
{
    private const int FlushPeriod = 16;

    private readonly MlpOptions _options;
    private readonly torch.Device _device;
    private readonly torch.Tensor _oneMinusBeta1;
    private readonly Scalar _beta2, _oneMinusBeta2, _smallest, _floor, _one = -1f;
    private readonly int _period;

    public TorchAdam(MlpOptions options, torch.Device device)
    {
        (_options, _device) = (options, device);
        _oneMinusBeta1 = torch.tensor((float)(1 - options.Beta1), device: device).DetachFromDisposeScope();
        (_beta2, _oneMinusBeta2) = ((float)options.Beta2, (float)(1 - options.Beta2));
        _period = options.Beta1 >= 0.5 && options.Beta2 >= 0.5 ? FlushPeriod : 1;
        (_smallest, _floor) = (AdamStep.SmallestFirstMoment, AdamStep.SecondMomentFloor * _period);
    }

    /// <summary>Makes a step of a range down its gradients; the steps are counted already. Call within a dispose scope.</summary>
    public void Step(TorchRange range, ReadOnlySpan<MlpCounts> counts)
    {
        torch.Tensor m = range.FirstMoments, v = range.SecondMoments, g = range.Gradients;
        m.lerp_(g, _oneMinusBeta1);
        v.mul_(_beta2);
        v.addcmul_(g, g, _oneMinusBeta2);
        if (IsFlushDue(counts))
        {
            m.mul_(m.abs().ge(_smallest));
            v.add_(_floor);
        }
        torch.Tensor root = v.sqrt();
        if (counts.Length == 1)
        {
            using Scalar scale = RootScale(counts[0]), epsilon = _options.Epsilon, step = -StepSize(counts[0]);
            root.mul_(scale);
            root.add_(epsilon);
            range.Weights.addcdiv_(m, root, step);
            return;
        }
        // Each member has its own bias correction: numerator and denominator are divided by the step.
        float[] factors = new float[2 * counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            double step = StepSize(counts[i]);
            factors[i] = (float)(RootScale(counts[i]) / step);
            factors[counts.Length + i] = (float)(_options.Epsilon / step);
        }
        torch.Tensor both = torch.tensor(factors, [2, counts.Length, 1], device: _device);
        root.mul_(both.select(0, 0));
        root.add_(both.select(0, 1));
        range.Weights.addcdiv_(m, root, _one);
    }

    private double StepSize(MlpCounts counts) => _options.LearningRate / (1 - counts.Beta1Power);

    private static double RootScale(MlpCounts counts) => 1 / Math.Sqrt(1 - counts.Beta2Power);

    private bool IsFlushDue(ReadOnlySpan<MlpCounts> counts)
    {
        foreach (MlpCounts one in counts)
            if (one.Steps % _period == 0) return true;
        return false;
    }
}
