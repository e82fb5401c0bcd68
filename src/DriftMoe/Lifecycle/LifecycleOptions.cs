using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>Options of a <see cref="PoolLifecycle"/>.</summary>
public sealed record LifecycleOptions : OptionSet
{
    /// <value>False keeps every expert running for ever. The default is true.</value>
    [Description("Park experts without value, try them again on drift and stagnation, revive archived states.")]
    public bool Enabled { get; init; } = true;

    /// <value>Learned instances between two moments of decision, in [50, 100000]. The default is 500.</value>
    [Description("Learned instances between two moments of decision."), Range(50, 100_000)]
    public int Interval { get; init; } = 500;

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
}
