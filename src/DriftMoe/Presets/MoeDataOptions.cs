using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.DriftMoe.Routing;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>Options of <see cref="MoeDataLearner"/>; the defaults are those of the DriftMoE paper's MoE-Data.</summary>
internal sealed record MoeDataOptions : OptionSet
{
    /// <value>Number of experts, in [1, 64]. The default is 12.</value>
    [Description("Number of experts."), Range(1, 64)]
    public int Experts { get; init; } = 12;

    /// <value>How many experts learn each instance, those with the largest gate, in [1, number of experts]. The default is 3.</value>
    [Description("How many experts, those with the largest gate, learn each instance."), Range(1, 64)]
    public int TopK { get; init; } = 3;

    /// <value>The router.</value>
    public RouterOptions Router { get; init; } = new();

    /// <value>The experts. Grace period 50 and no pre-pruning, as in the paper's code.</value>
    public HoeffdingTreeOptions Tree { get; init; } = new() { GracePeriod = 50, NoPrePrune = true, MaxByteSize = 33_554_433 };

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (TopK > Experts) yield return $"topK was {TopK}; must be at most experts, which is {Experts}.";
        if (Router.DeviceFault is { } fault) yield return fault;
    }
}
