using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Neural;

/// <summary>Options of a <see cref="NetExpert"/>; the defaults are one hidden layer of 64 and a step every instance.</summary>
internal sealed record NetExpertOptions : OptionSet
{
    /// <value>Units of the first hidden layer, in [0, 4096]; 0 = none, a linear net. The default is 64.</value>
    [Description("Units of the first hidden layer; 0 = none, a linear net."), Range(0, 4096)]
    public int Hidden1 { get; init; } = 64;

    /// <value>Units of the second hidden layer, in [0, 4096]; 0 = none. The default is 0.</value>
    [Description("Units of the second hidden layer; 0 = none."), Range(0, 4096)]
    public int Hidden2 { get; init; }

    /// <value>Adam's step size, in (0, 1]. The default is 0.003.</value>
    [Description("Adam's step size."), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 0.003;

    /// <value>Learned instances from one Adam step to the next, which goes down their mean gradient, in [1, 128]. The default is 1.</value>
    [Description("Learned instances a step."), Range(1, MlpStack.MostRows)]
    public int StepEvery { get; init; } = 1;

    /// <value>True for a second output, that of exponentially averaged weights. The default is false.</value>
    [Description("Give a second opinion, that of exponentially averaged weights.")]
    public bool Averaged { get; init; }

    /// <value>True to learn the share of labels that are noise along with the weights. The default is false.</value>
    [Description("Learn the share of labels that are noise along with the weights.")]
    public bool Robust { get; init; }

    /// <value>True to let noisy labels, with <see cref="Robust"/>, be drawn by the classes' shares rather than evenly. The default is false.</value>
    [Description("With robust: noisy labels are drawn by the classes' shares.")]
    public bool Proportional { get; init; }

    /// <value>Where it is computed: <c>managed</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>auto</c>. The default is <c>managed</c>; the others need a
    /// build with torch, are worth it for wide nets in large steps alone, and are not bit-exact.</value>
    [Description("Where it is computed: managed, or cpu, cuda, cuda:N, auto in a build with torch."), Operational]
    public string Device { get; init; } = MlpBackends.Managed;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (Hidden1 == 0 && Hidden2 > 0) yield return $"hidden2 was {Hidden2} and hidden1 was 0; hidden2 must be 0 when hidden1 is.";
        if (MlpBackends.FaultOf(Device) is { } fault) yield return fault;
    }
}
