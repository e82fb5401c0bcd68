using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Options of a <see cref="PoolLifecycle"/>.</summary>
internal sealed record LifecycleOptions : OptionSet
{
    /// <summary>Learned instances for which a slot learns in the background after a warning: 1,000.</summary>
    public const int BackgroundLength = 1000;

    /// <value>False keeps every expert running for ever. The default is true.</value>
    [Description("Park experts without value, try them again on drift and stagnation, revive archived states.")]
    public bool Enabled { get; init; } = true;

    /// <value>Learned instances between two moments at which experts are judged, in [50, 100000]. The default is 500.</value>
    [Description("Learned instances between two moments at which experts are judged."), Range(50, 100_000)]
    public int Interval { get; init; } = 500;

    /// <value>Learned instances between two moments at which a drift is answered, in [10, 100000]; must divide <see cref="Interval"/>. The default is 100.</value>
    [Description("Learned instances between two moments at which a drift is answered; divides interval."), Range(10, 100_000)]
    public int ReactEvery { get; init; } = 100;

    /// <value>An expert is parked when the mixture's log-loss would rise by less than this without it, in nats, in [−1, 1]. The default is 0.001.</value>
    [Description("An expert is parked when the mixture's log-loss would rise by less than this without it."), Range(-1.0, 1.0)]
    public double ParkBelow { get; init; } = 0.001;

    /// <value>Learned instances over which an expert's worth must be known before it is parked, in [400, 1000000]. The default is 8,000.</value>
    [Description("Learned instances over which an expert's worth must be known before it is parked."), Range(400, 1_000_000)]
    public int Evidence { get; init; } = 8000;

    /// <value>Learned instances of a trial, in [400, 1000000]. The default is 4,000.</value>
    [Description("Learned instances of a trial."), Range(400, 1_000_000)]
    public int Trial { get; init; } = 4000;

    /// <value>Learned instances without drift after which the next parked expert is tried, in [1000, 100000000]. The default is 50,000.</value>
    [Description("Learned instances without drift after which the next parked expert is tried."), Range(1000, 100_000_000)]
    public int TryEvery { get; init; } = 50_000;

    /// <value>Learned instances after a drift's decisions during which further drifts change nothing, in [0, 100000000]. The default is 5,000.</value>
    [Description("Learned instances after a drift's decisions during which further drifts change nothing."), Range(0, 100_000_000)]
    public int Refractory { get; init; } = 5000;

    /// <value>Fewest experts that run, in [1, 64]. The default is 5.</value>
    [Description("Fewest experts that run."), Range(1, 64)]
    public int LeastRunning { get; init; } = 5;

    /// <value>δ of the ADWIN on the mixture's errors that signals a drift, in (0, 1). The default is 0.002.</value>
    [Description("Confidence of the ADWIN on the mixture's errors."), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double DriftDelta { get; init; } = 0.002;

    /// <value>Concepts whose experts are archived, in [0, 16]; 0 = none. The default is 4.</value>
    [Description("Concepts whose experts are archived; 0 = none."), Range(0, 16)]
    public int Archive { get; init; } = 4;

    /// <value>δ of a second ADWIN on the mixture's errors that gives warnings, at least <see cref="DriftDelta"/>, in (0, 1). The default is 0.01.</value>
    [Description("Confidence of the ADWIN that warns of a drift of the mixture's errors."), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double WarningDelta { get; init; } = 0.01;

    /// <value>True: after a warning the parked experts learn in the background, for 1,000 instances or until a drift. The default is false.</value>
    [Description("After a warning the parked experts learn in the background.")]
    public bool Background { get; init; }

    /// <value>True: each expert's own errors are watched. The default is true.</value>
    [Description("Watch the errors of each expert.")]
    public bool ExpertDetector { get; init; } = true;

    /// <value>True: the attributes of every tenth event are watched, labelled or not. The default is true.</value>
    [Description("Watch the distribution of each attribute, with or without labels.")]
    public bool InputDetector { get; init; } = true;

    /// <value>True: the mixture's confidence is watched at every tenth event, labelled or not. The default is true.</value>
    [Description("Watch how sure the mixture is, with or without labels.")]
    public bool ConfidenceDetector { get; init; } = true;

    /// <value>Learned instances for which a merged expert runs on unheard before it is parked, in [0, 1000000]; 0 = it is parked at once.
    /// The default is 2,000.</value>
    [Description("Learned instances for which a merged expert runs on before it is parked; 0 = none."), Range(0, 1_000_000)]
    public int Shadow { get; init; } = 2000;

    /// <value>Further experts, separated by blanks, that the pool may lack (as <see cref="Presets.AdaptiveOptions.Pool"/>); empty = none. An expert of the
    /// reserve costs nothing until it is tried, and starts afresh each time. The default is empty: with the default pool none of those that were tried paid (docs/lifecycle.md).</value>
    [Description("Further experts that are tried on drift and stagnation, separated by blanks; empty = none."), ExpertList]
    public string Reserve { get; init; } = "";

    /// <value>Most experts of the reserve on trial at once, in [1, 16]. The default is 1.</value>
    [Description("Most experts of the reserve on trial at once."), Range(1, 16)]
    public int ReserveTrials { get; init; } = 1;

    /// <value>Most doublings of an expert's pause between two trials for stagnation, in [0, 20]; 0 = no back-off. The default is 6.</value>
    [Description("Most doublings of the pause between two trials of an expert for stagnation."), Range(0, 20)]
    public int BackOff { get; init; } = 6;

    /// <value>Learned instances after a drift of the mixture that must confirm it before it is reported, in [0, 10000]; 0 = it is reported at once. The default is 0.
    /// With 100 a drift that heals within them is not reported. The pool's answer does not wait.</value>
    [Description("Learned instances that must confirm a drift of the mixture before it is reported; 0 = none."), Range(0, 10_000)]
    public int ConfirmDrift { get; init; }

    /// <value>k: what stays of the weights of nets with hidden layers on a drift of the mixture, in [0, 1]; the rest is drawn afresh, so that they can learn on.
    /// 1 = nothing changes. The default is 0.8.</value>
    [Description("What stays of the weights of nets with hidden layers on a drift, the rest is drawn afresh; 1 = all."), Range(0.0, 1.0)]
    public double KeepWeights { get; init; } = 0.8;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (Interval % ReactEvery != 0)
            yield return $"reactEvery was {ReactEvery}; must divide interval, {Interval}.";
        if (WarningDelta < DriftDelta)
            yield return FormattableString.Invariant($"warningDelta was {WarningDelta}; must be at least driftDelta, {DriftDelta}.");
    }
}
