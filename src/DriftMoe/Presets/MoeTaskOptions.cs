using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.DriftMoe.Routing;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>Options of <see cref="MoeTaskLearner"/>; the defaults are those of the DriftMoE paper's MoE-Task.</summary>
internal sealed record MoeTaskOptions : OptionSet
{
    /// <value>What the prediction is made of. The default is <see cref="TaskPrediction.Logits"/>.</value>
    [Description("What predicts: the router's logits alone, as published, or these and the trees' votes.")]
    public TaskPrediction Prediction { get; init; } = TaskPrediction.Logits;

    /// <value>Probability with which a unit of the router's first hidden layer is dropped in a training step, in [0, 1). The default is 0.2.</value>
    [Description("Probability with which a unit of the router's first hidden layer is dropped in a training step."), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.2;

    /// <value>Whether units are dropped while predicting too, as the paper's code does. The default is true.</value>
    [Description("Drop units while predicting too, as the paper's code does.")]
    public bool DropoutWhilePredicting { get; init; } = true;

    /// <value>The router; it steps after every learned instance, so the interval must be 1.</value>
    public RouterOptions Router { get; init; } = new() { Interval = 1 };

    /// <value>The experts: binary trees, one class against the rest.</value>
    public HoeffdingTreeOptions Tree { get; init; } = new() { GracePeriod = 50, NoPrePrune = true, MaxByteSize = 33_554_433 };

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (Router.Interval != 1) yield return $"router.interval was {Router.Interval}; must be 1 in moe-task.";
        if (Router.DeviceFault is { } fault) yield return fault;
    }
}
