using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>Options of <see cref="Kswin"/>.</summary>
internal sealed record KswinOptions : DetectorOptions
{
    /// <value>Significance level of one test; there is a test at every input, so false alarms are far more frequent, in [0, 1]. The default is 0.005.</value>
    [Description("Significance level of one test; there is a test at every input, so false alarms are far more frequent."), Range(0.0, 1.0)]
    public double Alpha { get; init; } = 0.005;

    /// <value>Inputs of the window, in [2, 1000000]. The default is 100.</value>
    [Description("Inputs of the window."), Range(2, 1000000)]
    public int WindowSize { get; init; } = 100;

    /// <value>Size of the two samples, at most half of windowSize, in [1, 500000]. The default is 30.</value>
    [Description("Size of the two samples, at most half of windowSize."), Range(1, 500000)]
    public int StatSize { get; init; } = 30;

    /// <value>Seed of the sampling: any 64-bit integer. The default is 1.</value>
    [Description("Seed of the sampling.")]
    public long Seed { get; init; } = 1;

    /// <value>How the distance of the samples is judged. The default is by the exact p-value.</value>
    [Description("How the distance of the samples is judged.")]
    public KswinCriterion Criterion { get; init; } = KswinCriterion.Exact;

    /// <value>Whether the last statSize inputs stay in the window after a drift, so that the next test comes sooner, or the window is emptied (what River does). The default is true.</value>
    [Description("Whether the last statSize inputs stay in the window after a drift, so that the next test comes sooner, or the window is emptied (what River does).")]
    public bool KeepRecent { get; init; } = true;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (StatSize > WindowSize / 2)
            yield return $"statSize was {StatSize}; must be at most half of windowSize, {WindowSize / 2}.";
    }

    /// <inheritdoc/>
    public override IDriftDetector CreateDetector() => new Kswin(this);
}
