using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Experts.Neural;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Routing;

/// <summary>Options of a router; the defaults are those of the DriftMoE paper's MoE-Data.</summary>
internal sealed record RouterOptions : OptionSet
{
    /// <value>Units of the first hidden layer, in [1, 4096]. The default is 256.</value>
    [Description("Units of the first hidden layer."), Range(1, 4096)]
    public int Hidden1 { get; init; } = 256;

    /// <value>Units of the second hidden layer, in [0, 4096]; 0 = there is none. The default is 128.</value>
    [Description("Units of the second hidden layer; 0 = none."), Range(0, 4096)]
    public int Hidden2 { get; init; } = 128;

    /// <value>Adam's learning rate, in (0, 1]. The default is 0.002.</value>
    [Description("Adam's learning rate."), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 0.002;

    /// <value>Temperature τ of the gate, in (0, 100]. The default is 0.8. It changes the gate's figures, not its order.</value>
    [Description("Temperature of the gate; changes its figures, not its order."), Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.8;

    /// <value>Learned instances between two steps of the router, in [1, 65536]. The default is 256.</value>
    [Description("Learned instances between two steps of the router."), Range(1, 65536)]
    public int Interval { get; init; } = 256;

    /// <value>Where it is computed: <c>managed</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>auto</c>. The default is <c>managed</c>; the others need a
    /// build with torch and are not bit-exact.</value>
    [Description("Where the router is computed: managed, or cpu, cuda, cuda:N, auto in a build with torch."), Operational]
    public string Device { get; init; } = MlpBackends.Managed;

    /// <value>What is wrong with the device in this build on this machine; null when nothing is.</value>
    internal string? DeviceFault => MlpBackends.FaultOf(Device) is { } fault ? $"router.{fault}" : null;
}
