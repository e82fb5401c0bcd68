using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Routing;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>Options of <see cref="AdaptiveLearner"/>.</summary>
internal sealed record AdaptiveOptions : OptionSet
{
    /// <summary>The pool that <see cref="Pool"/> has by default.</summary>
    public const string DefaultPool =
        "net:hidden1=64,hidden2=64,stepEvery=4,averaged=true "
        + "neighbours "
        + "drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.0001,lambda=6,warningDelta=0.01,driftDelta=0.001 "
        + "drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.0001,lambda=6,warningDelta=0.01,driftDelta=0.001 "
        + "drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.2,lambda=1,warningDelta=0.01,driftDelta=0.001 "
        + "net:hidden1=64@temporal "
        + "net:hidden1=0,averaged=true,robust=true "
        + "net:hidden1=0,learningRate=0.01,robust=true@temporal "
        + "drifting-tree "
        + "forgetting-bayes "
        + "hoeffding-tree:gracePeriod=50,splitConfidence=0.01 "
        + "no-change";

    /// <summary>What <see cref="DefaultPool"/> becomes with another objective than accuracy: what an expert does not know goes to the classes by their shares, and
    /// a balanced memory of neighbours and naive Bayes join it.</summary>
    public const string RareClassPool =
        "net:hidden1=64,hidden2=64,stepEvery=4,averaged=true "
        + "neighbours:proportional=true "
        + "drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.0001,lambda=6,warningDelta=0.01,driftDelta=0.001 "
        + "drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.0001,lambda=6,warningDelta=0.01,driftDelta=0.001 "
        + "drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.2,lambda=1,warningDelta=0.01,driftDelta=0.001 "
        + "net:hidden1=64@temporal "
        + "net:hidden1=0,averaged=true,robust=true,proportional=true "
        + "net:hidden1=0,learningRate=0.01,robust=true,proportional=true@temporal "
        + "drifting-tree "
        + "forgetting-bayes "
        + "hoeffding-tree:gracePeriod=50,splitConfidence=0.01 "
        + "no-change "
        + "neighbours:proportional=true,balanced=true "
        + "naive-bayes";

    /// <value>The experts, separated by blanks, each as <c>kind:option=value,…@view</c>. The default is a pool of different kinds.</value>
    [Description("The experts, separated by blanks, each kind:option=value,…@view."), ExpertList]
    public string Pool { get; init; } = DefaultPool;

    /// <value>What a prediction is to be good at. The default is <see cref="Objective.Accuracy"/>. With another the default pool is <see cref="RareClassPool"/>,
    /// and with <see cref="GatingKind.Mean"/> the two heads are joined by their geometric mean.</value>
    [Description("What a prediction is to be good at: accuracy, every class alike (balanced), or the least expected cost (see costs).")]
    public Objective Objective { get; init; } = Objective.Accuracy;

    /// <value>What mistakes cost with <see cref="Objective.Cost"/>: entries <c>label:cost</c> or <c>label&gt;prediction:cost</c>, separated by semicolons; one that is not
    /// listed costs 1. The default is empty.</value>
    [Description("With objective=cost: what mistakes cost, label:cost or label>prediction:cost, separated by semicolons; others cost 1.")]
    public string Costs { get; init; } = "";

    /// <value>How opinions become one prediction. The default is <see cref="GatingKind.Mean"/>.</value>
    [Description("How the experts' opinions become one prediction.")]
    public GatingKind Gating { get; init; } = GatingKind.Mean;

    /// <value>Experts that vote with <see cref="GatingKind.TopKVote"/>, in [1, 64]. The default is 3.</value>
    [Description("Experts that vote, with gating=top-k-vote."), Range(1, 64)]
    public int VotingExperts { get; init; } = 3;

    /// <value>κ: power of an expert's slow accuracy in its gate, in [0, 100]. The default is 10.</value>
    [Description("Power of an expert's recent accuracy in its gate."), Range(0.0, 100.0)]
    public double AccuracyPower { get; init; } = 10;

    /// <value>Adam's learning rate of the stacker, in (0, 1]. The default is 0.002.</value>
    [Description("Adam's learning rate of the stacker."), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double StackerRate { get; init; } = 2e-3;

    /// <value>The router: small and fast. Its temperature is that of the gate.</value>
    public RouterOptions Router { get; init; } = new() { Hidden1 = 16, Hidden2 = 0, Interval = 4, Temperature = 0.2 };

    /// <value>What the router learns of an instance. The default is <see cref="RouterTarget.Mask"/>.</value>
    [Description("What the router learns of an instance.")]
    public RouterTarget RouterTarget { get; init; }

    /// <value>Experts that learn an instance: those with the largest gate, in [1, 64]; 0 = all. The default is 0. With a number the experts depend
    /// on the gate, so rows are taken one by one, which is slower.</value>
    [Description("Experts that learn an instance, those with the largest gate; 0 = all."), Range(0, 64)]
    public int TrainTop { get; init; }

    /// <value>Which experts run when.</value>
    public LifecycleOptions Lifecycle { get; init; } = new();

    /// <summary>What the gate is told.</summary>
    internal GateOptions Gate => new(Gating, VotingExperts, AccuracyPower, StackerRate, Router, RouterTarget, Objective != Objective.Accuracy && Gating == GatingKind.Mean);

    /// <summary>The pool that the objective asks for.</summary>
    internal string PoolOfObjective => Objective != Objective.Accuracy && Pool == DefaultPool ? RareClassPool : Pool;

    /// <summary>Makes what decides on a class; null when it is the one with the largest probability.</summary>
    /// <param name="schema">The classes' names.</param>
    /// <param name="experts">Experts of the pool.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="OptionException">The costs name a class that the schema, which knows some, does not have.</exception>
    internal Decision? DecisionFor(Schema schema, int experts, int classes)
    {
        if (Objective == Objective.Accuracy) return null;
        CostTable? table = Objective == Objective.Cost ? CostTable.Parse(Costs, out _) : null;
        if (table is not null && schema.ClassCount > 0 && table.UnknownTo(schema).FirstOrDefault() is { } unknown)
            throw new OptionException([$"costs had '{unknown}'; there is no such class. Classes: {string.Join(", ", schema.Class.Domain!.Values)}."]);
        return new Decision(Objective, table, schema, experts, classes);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (Router.DeviceFault is { } fault) yield return fault;
        _ = CostTable.Parse(Costs, out string? costs);
        if (costs is not null) yield return $"{costs}.";
        if (Objective == Objective.Cost && Costs.Length == 0) yield return "costs was empty and objective cost; must say what mistakes cost, for example 'yes:20' (a missed yes costs 20).";
        if (Objective != Objective.Cost && Costs.Length > 0) yield return $"costs was '{Costs}' and objective {Objective.ToString().ToLowerInvariant()}; must be empty unless objective is cost.";
    }
}
